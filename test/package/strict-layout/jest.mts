import * as runner from '@jest/globals';
import { Test } from '@nestjs/testing';
import { createTestIssuer, overrideAuth } from 'nestjs-trusted-issuers/testing';
import { registerMatchers, type RefusalMatchers } from 'nestjs-trusted-issuers/testing/jest';

declare const answer: { status: number };
const expect = registerMatchers(runner.expect);
expect(answer).toBeUnauthorized('auth_required') satisfies void;
expect(new Response()).toBeUnauthorized() satisfies Promise<void>;
expect(answer).not.toChallenge({ realm: 'api' });
expect(answer).toEqual({ status: 401 });
expect.assertions(1);
// @ts-expect-error: a code that is none of a 401
expect(answer).toBeUnauthorized('no_code');

// The global one of @types/jest.
declare const globalMatchers: jest.Matchers<void, Response>;
globalMatchers.toBeUnauthorized('auth_required') satisfies Promise<void>;
globalMatchers satisfies RefusalMatchers<Response>;

const builder = overrideAuth(Test.createTestingModule({}), { issuers: [await createTestIssuer()] });
await builder.compile();
