import { describe, expect, it, jest } from '@jest/globals';
import type { AuthModuleConfig, TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { resolveConfig } from '../../../../src/config/resolved-config.js';
import type { CheckedClaims } from '../../../../src/core/identity/identity.js';
import type { TrustedIssuer } from '../../../../src/core/issuers/trusted-issuer.js';
import { TrustedIssuers } from '../../../../src/core/issuers/trusted-issuers.js';
import type { AuthenticatedToken } from '../../../../src/core/jwt/authenticated-token.js';
import { reparseClaims } from '../../../../src/core/jwt/unverified-token.js';
import { VerifiedTokenMemory } from '../../../../src/core/jwt/verified-token-memory.js';
import type { VerificationKey } from '../../../../src/core/keys/key-source.js';
import { AuthEvents } from '../../../../src/core/observability/auth-events.js';
import { Refusal, type Result } from '../../../../src/core/refusals/refusal.js';
import { MovableClock } from '../../../support/movable-clock.js';
import { thrownBy } from '../../../support/thrown-by.js';

const START = Date.UTC(2026, 0, 1);
const TENANT = '11111111-1111-4111-8111-111111111111';
const OTHER_TENANT = '22222222-2222-4222-8222-222222222222';
const TEMPLATE = 'https://login.example.com/{tenantid}/v2.0';
const ofTenant = (tenant: string): string => TEMPLATE.replace('{tenantid}', tenant);

/** An issuer and the memory of an application that trusts it, and has just verified what it remembers. */
async function scene(terms: object = {}, module: AuthModuleConfig = {}) {
  const clock = new MovableClock(START);
  const issuer = await createTestIssuer({ listen: false, now: clock.now });
  const config = {
    ...{ issuer: issuer.issuer, audience: 'https://api.example.com', keys: { jwks: issuer.jwks } },
    ...terms,
  } as TrustedIssuerConfig;
  const issuers = new TrustedIssuers(
    resolveConfig({ issuers: [config], ...module }),
    clock,
    new AuthEvents({ observers: [] }),
  );
  const memory = new VerifiedTokenMemory({ maxEntries: 10, maxAgeSeconds: 300 }, issuers, clock);
  const trustedOf = async (token: string): Promise<TrustedIssuer> =>
    (await issuers.find(reparseClaims(token)['iss'])) as TrustedIssuer;
  const keyOf = async ({ keys }: TrustedIssuer): Promise<VerificationKey> =>
    (await keys.all())[0] as VerificationKey;
  const remember = async (options: object = {}): Promise<string> => {
    const token = issuer.token({ expiresInSeconds: 3_600, ...options });
    const trusted = await trustedOf(token);
    memory.remember(token, reparseClaims(token), { trusted, key: await keyOf(trusted) });
    return token;
  };
  return { clock, issuer, config, issuers, memory, trustedOf, remember };
}

describe('A verified token is remembered', () => {
  it('with its issuer and its caller, who is the same each time and can’t be changed', async () => {
    const { memory, remember, trustedOf } = await scene();
    const token = await remember({ subject: 'alice', claims: { groups: [{ name: 'a' }] } });
    const remembered = memory.recall(token);
    expect(remembered?.trusted).toBe(await trustedOf(token));
    expect(remembered?.identity).toMatchObject({ subject: 'alice' });
    expect(memory.recall(token)?.identity).toBe(remembered?.identity);
    const claims = remembered?.identity.claims ?? {};
    const [group] = (claims['groups'] ?? []) as object[];
    expect(group).toEqual({ name: 'a' });
    expect([claims, group].every(Object.isFrozen)).toBe(true);
  });

  it('and no other token with it', async () => {
    const { memory, remember, issuer } = await scene();
    await remember();
    expect(memory.recall(issuer.token({ subject: 'mallory' }))).toBeUndefined();
  });

  it('for maxAgeSeconds', async () => {
    const { memory, remember, clock } = await scene();
    const token = await remember();
    clock.advance(299.999);
    expect(memory.recall(token)).toBeDefined();
    clock.advance(0.001);
    expect(memory.recall(token)).toBeUndefined();
  });

  // RFC 7519 section 4.1.4.
  it('until it expires', async () => {
    const { memory, remember, clock } = await scene({ clockToleranceSeconds: 5 });
    const token = await remember({ expiresInSeconds: 100 });
    clock.advance(104.999);
    expect(memory.recall(token)).toBeDefined();
    clock.advance(0.001);
    expect(memory.recall(token)).toBeUndefined();
  });

  it('not for a time before it was valid, when the clock is set back', async () => {
    const { memory, remember, clock } = await scene({ clockToleranceSeconds: 5 });
    const token = await remember();
    clock.advance(-5);
    expect(memory.recall(token)).toBeDefined();
    clock.advance(-0.001);
    expect(memory.recall(token)).toBeUndefined();
  });

  it('no longer once it was not valid, whatever the clock says then', async () => {
    const { memory, remember, clock } = await scene();
    const token = await remember();
    clock.advance(400);
    expect(memory.recall(token)).toBeUndefined();
    clock.advance(-400);
    expect(memory.recall(token)).toBeUndefined();
  });

  it('while its issuer has the key that verified it', async () => {
    const [{ memory, trustedOf, issuer }, other] = [await scene(), await scene()];
    const token = issuer.token();
    const trusted = await trustedOf(token);
    const [key] = (await (await other.trustedOf(other.issuer.token())).keys.all()) as [
      VerificationKey,
    ];
    memory.remember(token, reparseClaims(token), { trusted, key });
    expect(memory.recall(token)).toBeUndefined();
  });
});

describe('A verified token is remembered while its issuer is trusted', () => {
  it('on the same terms: the list is asked again after each change of it, and only then', async () => {
    const { memory, remember, issuers, config } = await scene();
    const token = await remember();
    const asked = jest.spyOn(issuers, 'isTrusted');
    for (let times = 0; times < 3; times++) expect(memory.recall(token)).toBeDefined();
    expect(asked).toHaveBeenCalledTimes(1);
    issuers.add({ ...config, issuer: 'https://another.example.com' });
    for (let times = 0; times < 3; times++) expect(memory.recall(token)).toBeDefined();
    expect(asked).toHaveBeenCalledTimes(2);
    issuers.replace(config);
    expect(memory.recall(token)).toBeUndefined();
  });

  it('not after it was removed and added again', async () => {
    const { memory, remember, issuers, config } = await scene();
    const token = await remember();
    issuers.remove(config.issuer);
    issuers.add(config);
    expect(memory.recall(token)).toBeUndefined();
  });

  it('under an alias too', async () => {
    const { memory, remember } = await scene({ issuerAliases: ['https://alias.example.com'] });
    const token = await remember({ claims: { iss: 'https://alias.example.com' } });
    expect(memory.recall(token)).toBeDefined();
  });

  it('for each tenant of a template by itself', async () => {
    const { memory, remember, issuers } = await scene({ issuer: TEMPLATE, tenants: 'any' });
    const [one, other] = [
      await remember({ claims: { iss: ofTenant(TENANT), tid: TENANT } }),
      await remember({ claims: { iss: ofTenant(OTHER_TENANT), tid: OTHER_TENANT } }),
    ];
    expect([memory.recall(one), memory.recall(other)]).not.toContain(undefined);
    issuers.remove(ofTenant(TENANT));
    expect(memory.recall(one)).toBeUndefined();
    expect(memory.recall(other)).toBeDefined();
  });

  it('also by resolveIssuer, whose answers expire without a change of the list', async () => {
    const { issuer: name, jwks } = await createTestIssuer({ listen: false });
    const terms = { issuer: name, audience: 'https://api.example.com', keys: { jwks } };
    const { memory, remember, clock } = await scene(
      { issuer: 'https://listed.example.com' },
      {
        resolveIssuer: { origins: [new URL(name).origin], resolve: () => terms, maxAgeSeconds: 60 },
      },
    );
    const token = await remember({ claims: { iss: name } });
    clock.advance(59);
    expect(memory.recall(token)).toBeDefined();
    clock.advance(2);
    expect(memory.recall(token)).toBeUndefined();
  });
});

describe('A function of the application that is asked again for a remembered token', () => {
  const answers: (() => string | undefined)[] = [];
  const subject = (): string | undefined => answers.shift()?.();

  it('and fails: the token can’t be checked, and observers hear whose it is', async () => {
    const { memory, remember, config } = await scene({ identity: { subject } });
    const token = await remember();
    answers.push(() => {
      throw new Error('the application fails');
    });
    expect(thrownBy(() => memory.recall(token))).toMatchObject({
      code: 'keys_unavailable',
      judged: { issuer: config.issuer, durationMs: undefined },
    });
    answers.push(() => 'alice');
    expect(memory.recall(token)?.identity.subject).toBe('alice');
  });

  it('and finds no subject: the token is refused', async () => {
    const { memory, remember, config } = await scene({ identity: { subject } });
    const token = await remember();
    answers.push(() => undefined);
    expect(thrownBy(() => memory.recall(token))).toMatchObject({
      ...{ code: 'claims_invalid', check: 'subject' },
      judged: { issuer: config.issuer, durationMs: undefined },
    });
  });
});

describe('A token that several requests bring at the same time', () => {
  /** Verifications that end when the test says so. */
  async function bench(terms: object = {}) {
    const { memory, remember, issuer, trustedOf, issuers, config } = await scene(terms);
    const begun: {
      readonly end: (result: Result<AuthenticatedToken>) => void;
      readonly fail: (error: unknown) => void;
    }[] = [];
    const ask = (token: string, trusted: TrustedIssuer) =>
      memory.once(token, trusted, () => new Promise((end, fail) => void begun.push({ end, fail })));
    const token = issuer.token();
    const trusted = await trustedOf(token);
    const claims = reparseClaims(token) as CheckedClaims;
    const good = (by = trusted): AuthenticatedToken => ({ trusted: by, claims, subject: 'alice' });
    return { memory, remember, begun, ask, token, trusted, good, trustedOf, issuers, config };
  }

  it('is verified once', async () => {
    const { ask, begun, token, trusted, good } = await bench();
    const outcomes = Promise.all([1, 2, 3].map(() => ask(token, trusted)));
    expect(begun).toHaveLength(1);
    begun[0]?.end(good());
    expect(await outcomes).toEqual([good(), good(), good()]);
  });

  it('has its required claims asked for each', async () => {
    const answers = [true, false];
    const { ask, begun, token, trusted, good } = await bench({
      requiredClaims: { sub: () => answers.shift() === true },
    });
    const outcomes = Promise.all([1, 2, 3].map(() => ask(token, trusted)));
    begun[0]?.end(good());
    expect(await outcomes).toEqual([
      good(),
      good(),
      expect.objectContaining({ code: 'claims_invalid', check: 'required-claim' }),
    ]);
  });

  it('is refused for all of them, and verified again for the next', async () => {
    const { ask, begun, token, trusted, good } = await bench();
    const refusal = new Refusal('signature_invalid', 'signature', 'it does not verify');
    const outcomes = Promise.all([1, 2].map(() => ask(token, trusted)));
    begun[0]?.end(refusal);
    expect(await outcomes).toEqual([refusal, refusal]);
    const next = ask(token, trusted);
    begun[1]?.end(good());
    expect(await next).toEqual(good());
  });

  it('can’t be checked for all of them, and is verified again for the next', async () => {
    const { ask, begun, token, trusted, good } = await bench();
    const outcomes = Promise.allSettled([1, 2].map(() => ask(token, trusted)));
    begun[0]?.fail(new Error('no key'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = ask(token, trusted);
    begun[1]?.end(good());
    expect(await next).toEqual(good());
  });

  it('S30 is not taken for another with the same look-up key', async () => {
    const { ask, begun, token, trusted, good } = await bench();
    const other = `x${token}`;
    const outcomes = Promise.all([ask(token, trusted), ask(other, trusted)]);
    expect(begun).toHaveLength(2);
    begun[0]?.end(good());
    begun[1]?.end(new Refusal('signature_invalid', 'signature', 'it does not verify'));
    expect(await outcomes).toEqual([
      good(),
      expect.objectContaining({ code: 'signature_invalid' }),
    ]);
  });

  it('is verified again after a change of the terms, once for all that found the new ones', async () => {
    const { ask, begun, token, trusted, good, trustedOf, issuers, config } = await bench();
    const before = ask(token, trusted);
    issuers.replace(config);
    const successor = await trustedOf(token);
    const after = [ask(token, successor)];
    expect(begun).toHaveLength(2);
    begun[0]?.end(good());
    expect(await before).toEqual(good());
    after.push(ask(token, successor));
    expect(begun).toHaveLength(2);
    begun[1]?.end(good(successor));
    for (const result of await Promise.all(after))
      expect((result as AuthenticatedToken).trusted).toBe(successor);
  });

  it('is not verified where it is remembered by now', async () => {
    const { memory, remember, trustedOf } = await scene();
    const token = await remember({ subject: 'alice' });
    const trusted = await trustedOf(token);
    const verify = (): never => {
      throw new Error('verified again');
    };
    expect(await memory.once(token, trusted, verify)).toMatchObject({
      subject: 'alice',
      claims: { sub: 'alice' },
    });
  });

  it('waits for nothing where the first is answered at once', async () => {
    const { memory, token, trusted, good } = await bench();
    const answer = good();
    expect(memory.once(token, trusted, () => answer)).toBe(answer);
  });
});
