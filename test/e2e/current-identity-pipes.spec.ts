import { Controller, Get, type PipeTransform, UseGuards } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CurrentIdentity, type Identity, JwtAuthGuard, OptionalAuth } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';

interface Caller {
  readonly caller: string | null;
}
const callerOf = (identity?: Identity): Caller => ({
  caller: identity ? String(identity.subject) : null,
});

@Controller('open')
class OpenController {
  @Get()
  get(@CurrentIdentity() identity: Identity): Caller {
    return callerOf(identity);
  }
}

@UseGuards(JwtAuthGuard)
@Controller('optional')
class OptionalController {
  @OptionalAuth()
  @Get()
  get(@CurrentIdentity() identity?: Identity): Caller {
    return callerOf(identity);
  }
}

function trimmed(value: unknown): unknown {
  if (typeof value === 'string') return value.trim();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, trimmed(member)]));
}

class Copy {}

/** What a global pipe may do with whatever a handler is given. */
const TRANSFORMS: [string, (value: never) => unknown][] = [
  ['spreads it', (value) => ({ ...(value as object) })],
  ['prints it', (value) => (value === undefined ? value : JSON.parse(JSON.stringify(value)))],
  ['trims all texts in it', (value) => trimmed(value)],
  ['looks at its class', (value) => ((value as object) instanceof Copy ? new Copy() : value)],
  ['assigns it to a class', (value) => Object.assign(new Copy(), value)],
  ['asks for a member', (value) => ('subject' in Object(value) ? value : new Copy())],
];

describe.each(ADAPTERS)('@CurrentIdentity() behind a global pipe, on %s', (adapter) => {
  let issuer: TestIssuer;
  beforeAll(async () => void (issuer = await createTestIssuer()));
  afterAll(() => issuer.close());

  async function behind(
    transform: (value: never) => unknown,
    ask: (application: TestApplication) => Promise<void>,
  ): Promise<void> {
    const pipe: PipeTransform = { transform: (value: never) => transform(value) };
    const application = await startApplication(
      { issuers: [issuer.config()] },
      {
        adapter,
        controllers: [OpenController, OptionalController],
        providers: [{ provide: APP_PIPE, useValue: pipe }],
      },
    );
    try {
      await ask(application);
    } finally {
      await application.close();
    }
  }

  it.each(TRANSFORMS)('that %s: an absent caller stays absent', async (_what, transform) => {
    await behind(transform, async (application) => {
      const token = issuer.token({ subject: 'alice' });
      for (const sent of [undefined, token]) {
        const answer = await application.get('/open', sent);
        expect([answer.status, answer.json]).toMatchObject([401, { code: 'auth_required' }]);
        expect(answer.challenge).toMatch(/^Bearer realm="api"/);
      }
      expect(application.log.text('error')).toContain(
        'OpenController.get asks for @CurrentIdentity(), but no identity was established',
      );
      const known = await application.get('/optional', token);
      expect([known.status, known.json]).toEqual([200, { caller: 'alice' }]);
    });
  });

  it('under @OptionalAuth() a pipe is given undefined where there is no caller, and nothing of the request', async () => {
    const given: unknown[] = [];
    const note = (value: unknown): unknown => {
      given.push(value);
      return value;
    };
    await behind(note, async (application) => {
      expect((await application.get('/optional')).json).toEqual({ caller: null });
    });
    expect(given).toEqual([undefined]);
  });
});
