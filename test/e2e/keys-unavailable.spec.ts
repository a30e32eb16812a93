import { describe, expect, it, jest } from '@jest/globals';
import type { AuthModuleConfig, AuthModuleExtras } from 'nestjs-trusted-issuers';
import {
  ADAPTERS,
  type ApplicationOptions,
  startApplication,
  type TestApplication,
} from '../support/application.js';
import type { HttpAnswer } from '../support/http.js';
import { opened } from '../support/opened.js';

const { keep, issuer: issuerWith } = opened();

async function start(
  config: AuthModuleConfig & AuthModuleExtras,
  options?: ApplicationOptions,
): Promise<TestApplication> {
  const application = await startApplication(config, options);
  keep(application);
  return application;
}

function expectUnavailable(answer: HttpAnswer): void {
  expect(answer.status).toBe(503);
  expect(answer.text).toBe(
    '{"status":503,"error":"Service Unavailable","message":"Token verification unavailable","code":"keys_unavailable"}',
  );
  expect(answer.challenge).toBeUndefined();
  expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
}

describe.each(ADAPTERS)('A token that was never checked, on %s', (adapter) => {
  it.each([
    ['answers with an error', 500],
    ['cuts the connection', 'drop'],
    ['answers without a body', 204],
  ] as const)(
    'the key server %s: 503 for its tokens, 200 for the other issuer’s',
    async (_name, outage) => {
      const [down, up] = [await issuerWith(), await issuerWith()];
      down.goDown(outage);
      const application = await start({ issuers: [down.config(), up.config()] }, { adapter });
      expectUnavailable(await application.get('/notes', down.token()));
      expect((await application.get('/notes', up.token())).status).toBe(200);
      expect(application.log.text('error')).toContain(`keys_unavailable: no keys (${down.issuer})`);
    },
  );

  it('a key server that does not answer: 503 within the deadline', async () => {
    const issuer = await issuerWith();
    issuer.stall(60_000);
    const application = await start(
      { issuers: [issuer.config({ http: { timeoutMs: 100 } })] },
      { adapter },
    );
    expectUnavailable(await application.get('/notes', issuer.token()));
  });

  it('a bad token is still a 401 while the key server is down', async () => {
    const issuer = await issuerWith();
    issuer.goDown();
    const application = await start({ issuers: [issuer.config()] }, { adapter });
    expect((await application.get('/notes', 'junk')).status).toBe(401);
    expect((await application.get('/notes', issuer.token({ type: 'logout+jwt' }))).status).toBe(
      401,
    );
  });

  it.each([
    [
      'isRevoked throws',
      () => {
        throw new Error('database down');
      },
    ],
    ['isRevoked rejects', () => Promise.reject(new Error('database down'))],
  ])('%s: 503', async (_name, isRevoked) => {
    const issuer = await issuerWith();
    const application = await start({ issuers: [issuer.config()], isRevoked }, { adapter });
    expectUnavailable(await application.get('/notes', issuer.token()));
    expect(application.log.text('error')).toContain('keys_unavailable: isRevoked failed');
  });

  it('isRevoked never answers: 503 after five seconds', async () => {
    const issuer = await issuerWith();
    const { jwks } = issuer;
    const isRevoked = (): Promise<never> => new Promise(() => {});
    const application = await start(
      { issuers: [issuer.config({ keys: { jwks } })], isRevoked },
      { adapter },
    );
    const wait = globalThis.setTimeout;
    const waits = jest
      .spyOn(globalThis, 'setTimeout')
      .mockImplementation(((late: () => void, ms: number) =>
        wait(late, ms === 5_000 ? 10 : ms)) as never);
    try {
      expectUnavailable(await application.get('/notes', issuer.token()));
    } finally {
      waits.mockRestore();
    }
    expect(application.log.text('error')).toContain('keys_unavailable: isRevoked failed');
  });

  it.each([undefined, null, 0, 'no', {}])('isRevoked answers %j: 503', async (answer) => {
    const issuer = await issuerWith();
    for (const isRevoked of [() => answer, async () => answer] as never[]) {
      const application = await start({ issuers: [issuer.config()], isRevoked }, { adapter });
      expectUnavailable(await application.get('/notes', issuer.token()));
      expect(application.log.text('error')).toContain('isRevoked gave neither true nor false');
    }
  });

  it('a predicate of requiredClaims throws: 503', async () => {
    const issuer = await issuerWith();
    const tier = (): boolean => {
      throw new Error('no such table');
    };
    const application = await start(
      { issuers: [issuer.config({ requiredClaims: { tier } })] },
      { adapter },
    );
    expectUnavailable(await application.get('/notes', issuer.token()));
  });

  it('body and header survive a catch-all filter: exceptionFilter off', async () => {
    const issuer = await issuerWith();
    issuer.goDown();
    const application = await start(
      { issuers: [issuer.config()], exceptionFilter: false },
      { adapter },
    );
    expectUnavailable(await application.get('/notes', issuer.token()));
  });
});
