import { Test } from '@nestjs/testing';
import { createTestIssuer, overrideAuth } from 'nestjs-trusted-issuers/testing';
import { registerMatchers } from 'nestjs-trusted-issuers/testing/vitest';
import * as runner from 'vitest';

declare const answer: { status: number };
runner.expect(answer).toBeUnauthorized('auth_required');
runner.expect(answer).not.toChallenge({ realm: 'api' });
// @ts-expect-error: a code that is none of a 401
runner.expect(answer).toBeUnauthorized('no_code');

const expect = registerMatchers(runner.expect);
expect(answer).toBeUnauthorized('auth_required') satisfies void;
expect(new Response()).toBeUnauthorized() satisfies Promise<void>;
expect(answer).not.toChallenge({ realm: 'api' });
expect(answer).toEqual({ status: 401 });
expect.soft(answer).toBeUnauthorized();
// @ts-expect-error: a code that is none of a 401
expect(answer).toBeUnauthorized('no_code');

const builder = overrideAuth(Test.createTestingModule({}), { issuers: [await createTestIssuer()] });
await builder.compile();
