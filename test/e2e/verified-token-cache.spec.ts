import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  AccessTokenVerifier,
  AuthModule,
  type AuthModuleConfig,
  type Identity,
  type RefusalException,
  type TrustedIssuerConfig,
  TrustedIssuers,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import type { JwtAuthenticator } from '../../src/core/jwt/jwt-authenticator.js';
import { PassportSignatureVerifier } from '../../src/core/passport/passport-signature-verifier.js';
import type { SignatureVerifier } from '../../src/core/jwt/signature-verifier.js';
import { type Clock, systemClock } from '../../src/core/util/clock.js';
import { TOKENS } from '../../src/core/util/di-tokens.js';
import { Refusal } from '../../src/core/refusals/refusal.js';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { clockAt } from '../support/movable-clock.js';

const START = Date.UTC(2026, 0, 1);
/** Nobody asks for its keys; without it the list would be empty at times. */
const OTHER: TrustedIssuerConfig = { issuer: 'https://other.example.com', audience: 'api' };

/** A verifier whose clock the test turns, and whom it trusts. */
async function verifierWith(
  config: AuthModuleConfig,
  clock: Clock = systemClock,
  signatures: SignatureVerifier = new PassportSignatureVerifier(),
) {
  const moduleRef = await Test.createTestingModule({ imports: [AuthModule.forRoot(config)] })
    .setLogger(false as never)
    .overrideProvider(TOKENS.clock)
    .useValue(clock)
    .overrideProvider(TOKENS.signatureVerifier)
    .useValue(signatures)
    .compile();
  return {
    verifier: moduleRef.get(AccessTokenVerifier),
    issuers: moduleRef.get(TrustedIssuers),
    authenticator: moduleRef.get<JwtAuthenticator>(TOKENS.tokenAuthenticator),
  };
}

/** The identity's id, or the code of the refusal. */
const outcomeOf = (verifying: Promise<Identity>): Promise<string> =>
  verifying.then(
    ({ id, tokenId }) => `${id} ${tokenId}`,
    (error: RefusalException) => error.code,
  );

describe('S30 the cache of verified tokens changes no outcome', () => {
  type Step =
    | { readonly do: 'verify'; readonly token: number }
    | { readonly do: 'wait'; readonly seconds: number }
    | { readonly do: 'rotate'; readonly keepOld: boolean }
    | { readonly do: 'remove old keys' | 'remove issuer' | 'add issuer' }
    | { readonly do: 'replace issuer'; readonly maxTokenAgeSeconds: number }
    | { readonly do: 'revoke' | 'restore' | 'demand' | 'relent'; readonly token: number };

  const token = fc.integer({ min: 0, max: 5 });
  const steps: fc.Arbitrary<Step[]> = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('verify' as const), token }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('wait' as const),
          seconds: fc.constantFrom(1, 4, 6, 59, 61, 299, 301, 599, 601),
        }),
      },
      fc.record({ do: fc.constant('rotate' as const), keepOld: fc.boolean() }),
      fc.record({
        do: fc.constantFrom(
          'remove old keys' as const,
          'remove issuer' as const,
          'add issuer' as const,
        ),
      }),
      fc.record({
        do: fc.constant('replace issuer' as const),
        maxTokenAgeSeconds: fc.constantFrom(100, 900),
      }),
      fc.record({
        do: fc.constantFrom(
          'revoke' as const,
          'restore' as const,
          'demand' as const,
          'relent' as const,
        ),
        token,
      }),
    ),
    { minLength: 5, maxLength: 40 },
  );

  it('with any sequence of verifications, waits, and changes of keys, issuers and minds', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom(1, 3, 100), async (sequence, maxEntries) => {
        let now = START;
        const clock = clockAt(() => now);
        const issuer = await createTestIssuer({ listen: false, now: clock.now });
        const revoked = new Set<unknown>();
        const demanded = new Set<unknown>();
        const terms = (maxTokenAgeSeconds: number): TrustedIssuerConfig =>
          issuer.config({
            maxTokenAgeSeconds,
            requiredClaims: { jti: (id) => !demanded.has(id) },
          });
        const config: AuthModuleConfig = {
          issuers: [terms(900), OTHER],
          isRevoked: ({ tokenId }) => revoked.has(tokenId),
        };
        const verifiedTokenCache = { maxEntries, maxAgeSeconds: 300 };
        const remembering = await verifierWith({ ...config, verifiedTokenCache }, clock);
        const forgetful = await verifierWith({ ...config, verifiedTokenCache: false }, clock);
        const lists = [remembering.issuers, forgetful.issuers];
        const isListed = (): boolean => lists[0]?.list().length === 2;
        const lifetimes = [10, 100, 400, 700, 3_600, 3_600];
        const tokens = lifetimes.map((expiresInSeconds, index) =>
          issuer.token({
            expiresInSeconds,
            claims: { jti: index, ...(index === 5 && { nbf: START / 1_000 + 60 }) },
          }),
        );
        for (const step of sequence) {
          switch (step.do) {
            case 'verify': {
              const bytes = tokens[step.token] as string;
              const [remembered, judged] = await Promise.all([
                outcomeOf(remembering.verifier.verify(bytes)),
                outcomeOf(forgetful.verifier.verify(bytes)),
              ]);
              expect([step, remembered]).toEqual([step, judged]);
              break;
            }
            case 'wait':
              now += step.seconds * 1_000;
              break;
            case 'rotate':
              await issuer.rotateKeys({ keepOld: step.keepOld });
              break;
            case 'remove old keys':
              issuer.removeOldKeys();
              break;
            case 'remove issuer':
              for (const list of lists) list.remove(issuer.issuer);
              break;
            case 'add issuer':
              if (!isListed()) for (const list of lists) list.add(terms(900));
              break;
            case 'replace issuer':
              if (isListed())
                for (const list of lists) list.replace(terms(step.maxTokenAgeSeconds));
              break;
            case 'revoke':
              revoked.add(step.token);
              break;
            case 'restore':
              revoked.delete(step.token);
              break;
            case 'demand':
              demanded.add(step.token);
              break;
            case 'relent':
              demanded.delete(step.token);
          }
        }
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('when the issuer is removed while its token is being verified', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const { authenticator, issuers } = await verifierWith({ issuers: [issuer.config(), OTHER] });
    const bytes = issuer.token();
    const attempt = { startedAt: 0, issuer: undefined, isShared: false };
    const verifying = authenticator.authenticate(bytes, attempt);
    while (attempt.issuer === undefined) await Promise.resolve();
    issuers.remove(issuer.issuer);
    expect(await verifying).not.toBeInstanceOf(Refusal);
    expect(authenticator.recall(bytes)).toBeUndefined();
  });
});

/** Checks signatures when the test lets it. */
class HeldVerifier implements SignatureVerifier {
  begun = 0;
  letOn = (): void => undefined;
  private readonly gate = new Promise<void>((resolve) => (this.letOn = resolve));
  private readonly real = new PassportSignatureVerifier();

  async verify(...given: Parameters<SignatureVerifier['verify']>) {
    this.begun++;
    await this.gate;
    return this.real.verify(...given);
  }
}

describe('Requests with one token at the same time', () => {
  const clock = systemClock;

  it('share one signature check, and required claims are asked for each', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const signatures = new HeldVerifier();
    const answers = [true, true, false, true];
    const requiredClaims = { sub: () => answers.shift() === true };
    const told: object[] = [];
    const observer = { authenticated: (event: object) => void told.push(event) };
    const { verifier } = await verifierWith(
      { issuers: [issuer.config({ requiredClaims })], observer },
      clock,
      signatures,
    );
    const token = issuer.token({ claims: { jti: 'a' } });
    const outcomes = [1, 2, 3, 4].map(() => outcomeOf(verifier.verify(token)));
    signatures.letOn();
    const good = expect.stringMatching(/ a$/);
    expect((await Promise.all(outcomes)).sort()).toEqual(['claims_invalid', good, good, good]);
    expect([signatures.begun, answers]).toEqual([1, []]);
    const { issuer: name } = issuer;
    const verified = { issuer: name, remembered: false, durationMs: expect.any(Number) };
    const shared = { issuer: name, remembered: true };
    expect(told).toEqual([verified, shared, shared]);
  });

  it('are refused in the same way, and the next is checked again', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const signatures = new HeldVerifier();
    const { verifier } = await verifierWith({ issuers: [issuer.config()] }, clock, signatures);
    const token = issuer.tamperedToken();
    const outcomes = [1, 2, 3].map(() => outcomeOf(verifier.verify(token)));
    signatures.letOn();
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['signature_invalid']));
    expect(await outcomeOf(verifier.verify(token))).toBe('signature_invalid');
    expect(signatures.begun).toBe(2);
  });

  it('are checked by the terms that each began with', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const signatures = new HeldVerifier();
    const { verifier, issuers } = await verifierWith(
      { issuers: [issuer.config(), OTHER] },
      clock,
      signatures,
    );
    const token = issuer.token({ claims: { jti: 'a' } });
    const before = outcomeOf(verifier.verify(token));
    while (signatures.begun === 0) await Promise.resolve();
    issuers.replace(issuer.config({ audience: 'another' }));
    const after = [outcomeOf(verifier.verify(token)), outcomeOf(verifier.verify(token))];
    while (signatures.begun === 1) await new Promise((resolve) => setImmediate(resolve));
    signatures.letOn();
    expect(await before).toMatch(/ a$/);
    expect(await Promise.all(after)).toEqual(['audience_invalid', 'audience_invalid']);
    expect(await outcomeOf(verifier.verify(token))).toBe('audience_invalid');
  });
});

describe('A function of the application that fails for a remembered token', () => {
  it.each<[string, object]>([
    ['subject', { identity: { subject: failing } }],
    ['scopes', { identity: { scopes: failing } }],
    ['mayGrant', { mayGrant: { scopes: failing } }],
  ])('%s is a 503, and observers hear whose token it was', async (_name, options) => {
    const issuer = await createTestIssuer({ listen: false });
    const told: unknown[] = [];
    const application = await startApplication({
      issuers: [issuer.config(options)],
      observer: { refused: (event) => void told.push(event) },
    });
    const token = issuer.token({ scopes: ['notes'] });
    isFailing = true;
    expect((await application.get('/notes', token)).status).toBe(503);
    expect((await application.get('/notes', token)).status).toBe(503);
    isFailing = false;
    expect((await application.get('/notes', token)).status).toBe(200);
    isFailing = true;
    await application.get('/notes', token);
    isFailing = false;
    await application.close();
    for (const event of told)
      expect(event).toMatchObject({ code: 'keys_unavailable', issuer: issuer.issuer });
    expect(told.length).toBeGreaterThanOrEqual(2);
  });
});

let isFailing = false;

function failing(): never | string {
  if (isFailing) throw new Error('the application fails');
  return 'alice';
}

describe.each(ADAPTERS)('A token that was verified before, on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  const revoked = new Set<string | undefined>();

  beforeAll(async () => {
    issuer = await createTestIssuer({ discovery: 'none' });
    application = await startApplication(
      { issuers: [issuer.config()], isRevoked: async ({ tokenId }) => revoked.has(tokenId) },
      { adapter },
    );
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  it('gets the same answer, to the byte', async () => {
    const token = issuer.token();
    const [first, second] = [
      await application.get('/notes/identity', token),
      await application.get('/notes/identity', token),
    ];
    expect(second.text).toBe(first.text);
    expect([first.status, second.status]).toEqual([200, 200]);
  });

  it('is not mistaken for a tampered one, and a tampered one is never let in', async () => {
    const token = issuer.token();
    await application.get('/notes', token);
    for (let times = 0; times < 3; times++)
      expect((await application.get('/notes', issuer.tamperedToken())).status).toBe(401);
    const [header, claims, signature] = token.split('.');
    const other = issuer.token({ subject: 'mallory' }).split('.')[1];
    expect((await application.get('/notes', `${header}.${other}.${signature}`)).status).toBe(401);
    expect((await application.get('/notes', `${header}.${claims}.${signature}`)).status).toBe(200);
  });

  it('is refused from the moment it is revoked', async () => {
    const token = issuer.token({ claims: { jti: 'soon-revoked' } });
    expect((await application.get('/notes', token)).status).toBe(200);
    revoked.add('soon-revoked');
    expect(await application.get('/notes', token)).toBeUnauthorized('token_revoked');
    revoked.clear();
    expect((await application.get('/notes', token)).status).toBe(200);
  });

  it('leaves no identity behind when it is refused', async () => {
    const requests: { user?: unknown }[] = [];
    const revocable = await startApplication(
      {
        issuers: [issuer.config()],
        isRevoked: () => requests.length > 1,
        tokenSources: ['header', (request) => void requests.push(request as object)],
      },
      { adapter },
    );
    const token = issuer.token();
    expect((await revocable.get('/notes', token)).status).toBe(200);
    expect(await revocable.get('/notes', token)).toBeUnauthorized('token_revoked');
    expect(requests.map(({ user }) => user !== undefined)).toEqual([true, false]);
    await revocable.close();
  });

  it('does not enter passport again', async () => {
    const entered = jest.spyOn(PassportSignatureVerifier.prototype, 'canActivate');
    const token = issuer.token();
    const calls: number[] = [];
    for (let times = 0; times < 2; times++) {
      expect((await application.get('/notes', token)).status).toBe(200);
      calls.push(entered.mock.calls.length);
    }
    entered.mockRestore();
    expect(calls).toEqual([1, 1]);
  });

  it('leaves on the request what it left the first time: the identity and nothing of passport', async () => {
    const requests: object[] = [];
    const spy = (request: unknown): undefined => void requests.push(request as object);
    const watched = await startApplication(
      { issuers: [issuer.config()], tokenSources: ['header', spy] },
      { adapter },
    );
    const token = issuer.token();
    for (let times = 0; times < 2; times++)
      expect((await watched.get('/notes', token)).status).toBe(200);
    const [verified, remembered] = requests.map((request) => Object.keys(request).sort());
    expect(verified).toEqual(remembered);
    expect(verified).toContain('user');
    expect(verified).not.toContain('isAuthenticated');
    await watched.close();
  });
});
