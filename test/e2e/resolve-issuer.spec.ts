import { beforeAll, describe, expect, it } from '@jest/globals';
import type {
  AuthModuleConfig,
  IssuerResolution,
  IssuerResolutionConfig,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { IssuerResolver } from '../../src/core/issuers/issuer-resolver.js';
import { ADAPTERS, startApplication } from '../support/application.js';
import { expectRefusal, expectSoundProcess } from '../support/attack.js';
import { clockAt, MovableClock } from '../support/movable-clock.js';
import { startVerifier, type TestVerifier } from '../support/verifier.js';

expectSoundProcess();

const ORIGIN = 'https://tenants.example';
const ACME = `${ORIGIN}/acme`;
const AUDIENCE = 'https://api.example.com';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false, algorithm: 'RS256' });
});

const tokenOf = (iss: unknown): string =>
  issuer.token({ expiresInSeconds: 10 ** 6, claims: { iss } });
const terms = (iss: string): { issuer: string; keys: { jwks: TestIssuer['jwks'] } } => ({
  issuer: iss,
  keys: { jwks: issuer.jwks },
});

interface Started extends TestVerifier {
  readonly asked: string[];
  readonly clock: { forward(seconds: number): void };
}

async function start(
  resolve: (issuer: string) => unknown,
  options: Partial<IssuerResolutionConfig> = {},
  config: Partial<AuthModuleConfig> = {},
): Promise<Started> {
  const asked: string[] = [];
  let ahead = 0;
  const clock = {
    ...clockAt(() => Date.now() + ahead),
    forward: (seconds: number) => (ahead += seconds * 1_000),
  };
  const verifier = await startVerifier(
    {
      audience: AUDIENCE,
      resolveIssuer: {
        origins: [ORIGIN],
        resolve: (iss) => {
          asked.push(iss);
          return resolve(iss) as IssuerResolution;
        },
        ...options,
      },
      ...config,
    },
    clock,
  );
  return { ...verifier, asked, clock };
}

describe.each(ADAPTERS)('resolveIssuer on %s', (adapter) => {
  it('lets a resolved issuer in; without issuers in the configuration, a miss is a 401, a failure a 503', async () => {
    const application = await startApplication(
      {
        audience: AUDIENCE,
        resolveIssuer: {
          origins: [ORIGIN],
          resolve: async (iss) => {
            if (iss.endsWith('/down')) throw new Error('no database');
            return iss === ACME ? terms(iss) : undefined;
          },
        },
      },
      { adapter },
    );
    const target = { application, good: () => tokenOf(ACME) };
    await expectRefusal(target, tokenOf(`${ORIGIN}/stranger`), 'issuer_untrusted');
    await expectRefusal(target, tokenOf(`${ORIGIN}/down`), 'keys_unavailable');
    await application.close();
  });
});

describe('resolveIssuer.resolve', () => {
  it.each([
    'https://tenants.example.evil.com/acme',
    'https://tenants.example@evil.com/acme',
    'https://user@tenants.example/acme',
    'https://tenants.example:443/acme',
    'https://TENANTS.example/acme',
    'HTTPS://tenants.example/acme',
    'https://tenants.example/../acme',
    'https://tenants.example/./acme',
    'https://tenants.example\\acme',
    'https://tenants.example/acme?x',
    'https://tenants.example/acme#x',
    'https://tenants.example/acme\n',
    ' https://tenants.example/acme',
    'https:tenants.example/acme',
    'http://tenants.example/acme',
    'tenants.example/acme',
    `https://tenants.example/${'x'.repeat(1_024)}`,
    '',
    7,
    null,
    [ACME],
  ])('is not called for %j', async (iss) => {
    const { outcome, asked } = await start(() => terms(ACME));
    expect(await outcome(tokenOf(iss))).toBe('issuer_untrusted');
    expect(asked).toEqual([]);
  });

  it('is not called for a listed issuer', async () => {
    const { outcome, asked } = await start(() => undefined, {}, { issuers: [terms(ACME)] });
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
    expect(asked).toEqual([]);
  });

  it.each([
    ORIGIN,
    `${ORIGIN}/`,
    `${ORIGIN}/a/b/`,
    `${ORIGIN}/%7Ea`,
    `${ORIGIN}/`.padEnd(1_024, 'x'),
  ])('is called for %s, with exactly that', async (iss) => {
    const { outcome, asked } = await start(terms);
    expect(await outcome(tokenOf(iss))).toBe('accepted');
    expect(asked).toEqual([iss]);
  });

  it('may be a method that knows its object', async () => {
    class Tenants {
      readonly origins = [ORIGIN];
      readonly #known = new Map([[ACME, terms(ACME)]]);
      async resolve(iss: string): Promise<IssuerResolution> {
        return this.#known.get(iss) ?? null;
      }
    }
    const { outcome } = await startVerifier({ audience: AUDIENCE, resolveIssuer: new Tenants() });
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
    expect(await outcome(tokenOf(`${ORIGIN}/other`))).toBe('issuer_untrusted');
  });

  it('is asked once by concurrent tokens of one issuer', async () => {
    const { outcome, asked } = await start(async (iss) => {
      await Promise.resolve();
      return terms(iss);
    });
    const outcomes = Array.from({ length: 50 }, () => outcome(tokenOf(ACME)));
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['accepted']));
    expect(asked).toEqual([ACME]);
  });
});

describe('What resolveIssuer.resolve said', () => {
  it('holds for maxAgeSeconds; then it is asked again', async () => {
    let trusted = true;
    const { outcome, asked, clock } = await start((iss) => (trusted ? terms(iss) : undefined), {
      maxAgeSeconds: 60,
    });
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
    trusted = false;
    clock.forward(59);
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
    clock.forward(2);
    expect(await outcome(tokenOf(ACME))).toBe('issuer_untrusted');
    expect(asked.length).toBe(2);
  });

  it('holds for less than maxAgeSeconds also for a token that is remembered', async () => {
    const clock = new MovableClock();
    let trusted = true;
    const { outcome } = await startVerifier(
      {
        audience: AUDIENCE,
        resolveIssuer: {
          origins: [ORIGIN],
          resolve: (iss) => (trusted ? terms(iss) : undefined),
          maxAgeSeconds: 60,
        },
      },
      clock,
    );
    const token = tokenOf(ACME);
    expect(await outcome(token)).toBe('accepted');
    trusted = false;
    clock.advance(59.999);
    expect([await outcome(token), await outcome(token)]).toEqual(['accepted', 'accepted']);
    clock.advance(0.001);
    expect(await outcome(token)).toBe('issuer_untrusted');
  });

  it('that it does not trust an issuer holds for missMaxAgeSeconds', async () => {
    let trusted = false;
    const { outcome, asked, clock } = await start((iss) => (trusted ? terms(iss) : undefined), {
      missMaxAgeSeconds: 10,
    });
    expect(await outcome(tokenOf(ACME))).toBe('issuer_untrusted');
    trusted = true;
    clock.forward(9);
    expect(await outcome(tokenOf(ACME))).toBe('issuer_untrusted');
    expect(asked.length).toBe(1);
    clock.forward(2);
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
  });

  it('keeps the object, and with it the keys, while the terms are the same', async () => {
    let audience = AUDIENCE;
    const { issuers, clock } = await start((iss) => ({ ...terms(iss), audience }), {
      maxAgeSeconds: 60,
    });
    const first = await issuers.find(ACME);
    expect(issuers.isTrusted(first as never, ACME)).toBe(true);
    clock.forward(61);
    expect(issuers.isTrusted(first as never, ACME)).toBe(false);
    expect(await issuers.find(ACME)).toBe(first);
    expect(issuers.isTrusted(first as never, ACME)).toBe(true);
    audience = 'other';
    clock.forward(61);
    const second = await issuers.find(ACME);
    expect(second).not.toBe(first);
    expect([first, second].map((found) => issuers.isTrusted(found as never, ACME))).toEqual([
      false,
      true,
    ]);
  });

  it('is forgotten by remove, and by add of the same issuer', async () => {
    const { issuers, outcome, asked } = await start(terms);
    await outcome(tokenOf(ACME));
    const resolved = await issuers.find(ACME);
    expect([issuers.remove(ACME), issuers.remove(ACME)]).toEqual([true, false]);
    expect(issuers.isTrusted(resolved as never, ACME)).toBe(false);
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
    expect(asked.length).toBe(2);
    const again = await issuers.find(ACME);
    issuers.add({ ...terms(ACME), audience: 'other' });
    expect(issuers.isTrusted(again as never, ACME)).toBe(false);
    expect(await outcome(tokenOf(ACME))).toBe('audience_invalid');
  });

  it('about an issuer under a template is forgotten by remove of the template', async () => {
    const tenant = '11111111-aaaa-bbbb-cccc-222222222222';
    const template = `${ORIGIN}/{tenantid}/v2.0`;
    const { issuers, outcome, asked } = await start(() => ({
      ...terms(template),
      tenants: [tenant],
    }));
    const iss = template.replace('{tenantid}', tenant);
    const token = issuer.token({ expiresInSeconds: 10 ** 6, claims: { iss, tid: tenant } });
    expect(await outcome(token)).toBe('accepted');
    expect([issuers.remove(template), issuers.remove(template)]).toEqual([true, false]);
    expect(await outcome(token)).toBe('accepted');
    expect(asked).toEqual([iss, iss]);
  });

  it('about an issuer by one of its names is forgotten by remove, and by add of that issuer', async () => {
    const alias = `${ORIGIN}/acme-alias`;
    const { issuers, outcome, asked } = await start(() => ({
      ...terms(ACME),
      issuerAliases: [alias],
    }));
    const resolved = await issuers.find(alias);
    expect(issuers.remove(ACME)).toBe(true);
    expect(issuers.isTrusted(resolved as never, alias)).toBe(false);
    const again = await issuers.find(alias);
    expect(asked).toEqual([alias, alias]);
    issuers.add(terms(ACME));
    expect(issuers.isTrusted(again as never, alias)).toBe(false);
    // What is listed goes by the names it is listed with.
    expect(await outcome(tokenOf(alias))).toBe('keys_unavailable');
  });

  it('against an issuer that is added meanwhile is no near miss of that issuer', async () => {
    let answer = (_terms: unknown): void => {};
    const { issuers, outcome, log } = await start(
      () => new Promise((resolve) => (answer = resolve)),
    );
    const waiting = outcome(tokenOf(ACME));
    issuers.add(terms(ACME));
    answer(undefined);
    expect(await waiting).toBe('issuer_untrusted');
    expect(log.text('warn')).toBe('');
    expect(log.text('debug')).not.toContain('differs');
  });

  it('about an issuer is forgotten by add of another that takes one of its names', async () => {
    const alias = `${ORIGIN}/acme-alias`;
    const { issuers } = await start(() => ({ ...terms(ACME), issuerAliases: [alias] }));
    const resolved = await issuers.find(alias);
    expect(issuers.isTrusted(resolved as never, alias)).toBe(true);
    issuers.add({ ...terms('https://new.example'), issuerAliases: [ACME] });
    expect(issuers.isTrusted(resolved as never, alias)).toBe(false);
  });

  it('is kept whatever happens to other issuers', async () => {
    const { issuers, asked } = await start(terms);
    const resolved = await issuers.find(ACME);
    issuers.add(terms(`${ORIGIN}/new`));
    expect([issuers.remove(`${ORIGIN}/new`), issuers.remove(`${ORIGIN}/new`)]).toEqual([
      true,
      false,
    ]);
    expect(issuers.isTrusted(resolved as never, ACME)).toBe(true);
    expect(asked).toEqual([ACME]);
  });

  it('after the issuer was removed is the answer for those who wait for it', async () => {
    let answer = (_terms: unknown): void => {};
    const { issuers } = await start(() => new Promise((resolve) => (answer = resolve)));
    const waiting = issuers.find(ACME);
    issuers.remove(ACME);
    answer(terms(ACME));
    expect(await waiting).toMatchObject({ policy: { issuer: ACME } });
  });

  it.each([
    ['remove', (issuers: TestVerifier['issuers']) => issuers.remove(ACME)],
    [
      'add and remove',
      (issuers: TestVerifier['issuers']) => {
        issuers.add(terms(ACME));
        issuers.remove(ACME);
      },
    ],
  ])('too late, after %s, is not remembered', async (_what, change) => {
    const answers: ((answer: unknown) => void)[] = [];
    const { issuers, outcome, asked } = await start(
      () => new Promise((resolve) => answers.push(resolve)),
    );
    const early = outcome(tokenOf(ACME));
    change(issuers);
    const late = outcome(tokenOf(ACME));
    expect(asked).toEqual([ACME, ACME]);
    answers[0]?.(terms(ACME));
    // It was asked before the change, and so it ends.
    expect(await early).toBe('accepted');
    // The later call is still the one that serves everybody.
    const latest = outcome(tokenOf(ACME));
    expect(asked.length).toBe(2);
    answers[1]?.(undefined);
    expect(await Promise.all([late, latest])).toEqual(['issuer_untrusted', 'issuer_untrusted']);
    expect(await outcome(tokenOf(ACME))).toBe('issuer_untrusted');
    expect(asked.length).toBe(2);
  });

  it('about an alias, when it came too late, is not remembered either', async () => {
    const alias = `${ORIGIN}/acme-alias`;
    const answers: ((answer: unknown) => void)[] = [];
    const { issuers, asked } = await start(() => new Promise((resolve) => answers.push(resolve)));
    const early = issuers.find(alias);
    issuers.remove(ACME);
    answers[0]?.({ ...terms(ACME), issuerAliases: [alias] });
    expect(await early).toBeDefined();
    void issuers.find(alias);
    expect(asked).toEqual([alias, alias]);
    answers[1]?.(undefined);
  });

  it('is remembered whatever happens to other issuers meanwhile', async () => {
    const { issuers, outcome, asked } = await start(async (iss) => {
      await Promise.resolve();
      return terms(iss);
    });
    const early = outcome(tokenOf(ACME));
    issuers.add(terms(`${ORIGIN}/new`));
    issuers.remove(`${ORIGIN}/new`);
    expect([await early, await outcome(tokenOf(ACME))]).toEqual(['accepted', 'accepted']);
    expect(asked).toEqual([ACME]);
  });

  it('does not outlive its time because the clock was set back', async () => {
    const added = `${ORIGIN}/added`;
    let [removed, isAdded] = [false, false];
    const { issuers, outcome, clock } = await start((iss) => {
      if (iss === added) return isAdded ? terms(iss) : undefined;
      return removed ? undefined : terms(iss);
    });
    await outcome(tokenOf(ACME));
    await outcome(tokenOf(added));
    [removed, isAdded] = [true, true];
    clock.forward(-86_400);
    expect(await outcome(tokenOf(ACME))).toBe('issuer_untrusted');
    expect(await issuers.find(added)).toBeDefined();
  });
});

describe('A failure of resolveIssuer.resolve is a 503 and not remembered', () => {
  const cases: [string, (iss: string) => unknown, RegExp][] = [
    [
      'it throws',
      () => {
        throw new Error('no database');
      },
      /no database/,
    ],
    ['it rejects', () => Promise.reject(new Error('no database')), /no database/],
    ['it rejects with nothing', () => Promise.reject(undefined), /resolveIssuer failed/],
    ['a number', () => 7, /a number is not an issuer/],
    [
      'a faulty configuration',
      (iss) => ({ ...terms(iss), audiense: 'x' }),
      /Did you mean audience/,
    ],
    [
      'an issuer of opaque tokens, which name none',
      (iss) => ({
        issuer: iss,
        introspection: {
          endpoint: `${iss}/introspect`,
          clientId: 'api',
          clientSecret: 'x'.repeat(32),
        },
      }),
      /introspection\.mode: an opaque token names no issuer, so resolveIssuer is never asked about it\. List the issuer, or use the mode 'always' for its JWTs\./,
    ],
    [
      'an issuer whose tokens may be padded',
      (iss) => ({ ...terms(iss), allowPadding: true }),
      /allowPadding: only an issuer in the list can have it\. List this one in issuers, or leave it out\./,
    ],
    ['no audience', (iss) => ({ ...terms(iss), audience: '' }), /audience: "" is empty/],
    ['another issuer', () => terms(`${ORIGIN}/other`), /terms of another issuer/],
    [
      'a name that is listed',
      (iss) => ({ ...terms('https://listed.example'), issuerAliases: [iss] }),
      /already used/,
    ],
    [
      'a template',
      () => ({ ...terms(`${ORIGIN}/{tenantid}`), tenants: 'any' }),
      /terms of another issuer/,
    ],
  ];
  it.each(cases)('when %s', async (_what, resolve, logged) => {
    let healthy = false;
    const { issuers, outcome, log } = await start(
      (iss) => (healthy ? terms(iss) : resolve(iss)),
      {},
      {
        issuers: [terms('https://listed.example')],
      },
    );
    expect(await outcome(tokenOf(ACME))).toBe('keys_unavailable');
    expect(log.text('error')).toMatch(logged);
    await expect(issuers.find(ACME)).rejects.toMatchObject({ check: 'issuer' });
    expect(await outcome(tokenOf('https://listed.example'))).toBe('accepted');
    healthy = true;
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
  });

  it('when the deadline passes', async () => {
    const { outcome, log } = await start(() => new Promise(() => {}), { timeoutMs: 20 });
    expect(await outcome(tokenOf(ACME))).toBe('keys_unavailable');
    expect(log.text('error')).toContain('no complete answer within 20 ms');
  });

  it('when it rejects after its deadline', async () => {
    let reject = (_cause: Error): void => {};
    const late = new Promise((_resolve, rejectLate) => (reject = rejectLate));
    const { outcome } = await start(() => late, { timeoutMs: 20 });
    expect(await outcome(tokenOf(ACME))).toBe('keys_unavailable');
    reject(new Error('too late'));
  });
});

describe('Tokens of many made-up issuers', () => {
  const options = {
    origins: new Set([ORIGIN]),
    maxEntries: 10,
    maxAgeSeconds: 300,
    missMaxAgeSeconds: 30,
    timeoutMs: 5_000,
  };

  it('cost bounded memory, trusted or not', async () => {
    for (const answer of [undefined, 'trusted']) {
      const resolver = new IssuerResolver(
        { ...options, resolve: () => answer },
        () =>
          ({ policy: { acceptedIssuers: Object.assign([], { includes: () => true }) } }) as never,
        new MovableClock(),
      );
      const first = resolver.find(ORIGIN);
      expect(resolver.size).toBe(1);
      await first;
      for (let i = 0; i < 20_000; i++) await resolver.find(`${ORIGIN}/${i}`);
      expect(resolver.size).toBe(answer === undefined ? 1_000 : 10);
    }
  });

  it('do not drive out the issuers that were found', async () => {
    const { outcome, asked } = await start((iss) => (iss === ACME ? terms(iss) : undefined), {
      maxEntries: 1,
    });
    await outcome(tokenOf(ACME));
    for (let i = 0; i < 20; i++) await outcome(tokenOf(`${ORIGIN}/${i}`));
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
    expect(asked.filter((iss) => iss === ACME).length).toBe(1);
  });

  it('are a 503 beyond a hundred at a time, which known issuers do not notice', async () => {
    const { clock, issuers, outcome, asked, log } = await start(
      (iss) => (iss === ACME ? terms(iss) : new Promise(() => {})),
      { timeoutMs: 50 },
    );
    await outcome(tokenOf(ACME));
    const flood = Array.from({ length: 150 }, (_value, i) => outcome(tokenOf(`${ORIGIN}/${i}`)));
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
    clock.forward(301);
    expect(await outcome(tokenOf(ACME))).toBe('accepted');
    // What is forgotten is still under way.
    for (let i = 0; i < 150; i++) issuers.remove(`${ORIGIN}/${i}`);
    expect(await outcome(tokenOf(`${ORIGIN}/0`))).toBe('keys_unavailable');
    expect(log.text()).toContain('resolveIssuer is being asked about too many issuers');
    expect(() => issuers.find(`${ORIGIN}/0`)).toThrow(expect.objectContaining({ check: 'issuer' }));
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['keys_unavailable']));
    expect(asked.length).toBe(102);
    expect(await outcome(tokenOf(`${ORIGIN}/late`))).toBe('keys_unavailable');
  });
});
