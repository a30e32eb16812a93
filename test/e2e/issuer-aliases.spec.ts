import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { expectRefusal } from '../support/attack.js';
import { inMemory } from '../support/in-memory.js';
import { MovableClock } from '../support/movable-clock.js';
import { startVerifier } from '../support/verifier.js';

const ALIAS = 'http://keycloak:8080/realms/a';

describe.each(ADAPTERS)('Issuer aliases on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer({ path: '/realms/a' });
    application = await startApplication(
      { issuers: [issuer.config({ issuerAliases: [ALIAS, 'accounts.example'] })] },
      { adapter },
    );
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  it.each([ALIAS, 'accounts.example'])(
    'a token that names %s is of the same issuer, which is shown by its own name',
    async (iss) => {
      const [named, own] = await Promise.all([
        application.get('/notes/identity', issuer.token({ claims: { iss } })),
        application.get('/notes/identity', issuer.token()),
      ]);
      expect(named.status).toBe(200);
      expect(named.json).toMatchObject({ issuer: issuer.issuer, id: (own.json as Identity).id });
    },
  );

  it.each([`${ALIAS}/`, 'https://accounts.example', ALIAS.toUpperCase(), ` ${ALIAS}`])(
    'a token that names %j, which is almost an alias, is refused',
    async (iss) => {
      const target = { application, good: () => issuer.token() };
      const answer = await expectRefusal(
        target,
        issuer.token({ claims: { iss } }),
        'issuer_untrusted',
      );
      expect(JSON.stringify(answer.headers) + answer.text).not.toContain(ALIAS);
    },
  );
});

describe('The metadata document of an issuer with aliases', () => {
  const PUBLIC = 'https://id.example/realms/a';
  const document = 'http://localhost:8080/realms/a/.well-known/openid-configuration';
  const keys = 'http://localhost:8080/keys';

  async function outcomeWith(named: string): Promise<[outcome: string, log: string]> {
    const issuer = await createTestIssuer({ issuer: PUBLIC, listen: false });
    const { fetch } = inMemory({
      [document]: { issuer: named, jwks_uri: keys },
      [keys]: issuer.jwks,
    });
    const { outcome, log } = await startVerifier({
      issuers: [
        issuer.config({ issuerAliases: [ALIAS], keys: { discovery: document }, http: { fetch } }),
      ],
    });
    return [await outcome(issuer.token({ claims: { iss: ALIAS } })), log.text()];
  }

  it('must name the issuer, whichever alias the token uses', async () => {
    expect(await outcomeWith(PUBLIC)).toEqual(['accepted', '']);
  });

  it.each([ALIAS, `${PUBLIC}/`])('is not this issuer’s when it names %s', async (named) => {
    const [outcome, log] = await outcomeWith(named);
    expect(outcome).toBe('keys_unavailable');
    expect(log).toContain(`names the issuer "${named}", and the configuration says "${PUBLIC}"`);
  });
});

describe('A token whose issuer is almost a trusted one', () => {
  const TENANT = '11111111-2222-3333-4444-555555555555';
  const OTHER_TENANT = '99999999-2222-3333-4444-555555555555';
  const ANY = 'https://any.example/{tenantid}/v2.0';
  const TRUSTED = {
    slash: 'https://auth.example/',
    plain: 'https://login.example/Tenant',
    versioned: 'https://entra.example/t/v2.0',
    port: 'https://port.example:443/x',
  };

  async function start(clock = new MovableClock()) {
    const issuer = await createTestIssuer({ listen: false, now: clock.now });
    const { jwks } = issuer;
    const started = await startVerifier(
      {
        audience: 'https://api.example.com',
        issuers: [
          ...Object.values(TRUSTED).map((name) => ({ issuer: name, keys: { jwks } })),
          { issuer: ANY, tenants: 'any', keys: { jwks } },
        ],
      },
      clock,
    );
    const present = async (iss: string): Promise<readonly string[]> => {
      started.log.clear();
      expect(await started.outcome(issuer.token({ claims: { iss } }))).toBe('issuer_untrusted');
      return started.log.lines.filter(({ level }) => level === 'warn').map(({ text }) => text);
    };
    return { ...started, clock, present };
  }

  it.each([
    ['https://auth.example', TRUSTED.slash, 'a trailing slash'],
    ['http://auth.example/', TRUSTED.slash, 'the scheme'],
    ['auth.example/', TRUSTED.slash, 'the scheme'],
    ['https://login.example/tenant', TRUSTED.plain, 'upper and lower case'],
    ['HTTPS://login.example/Tenant', TRUSTED.plain, 'upper and lower case'],
    ['https://login.example:443/Tenant', TRUSTED.plain, 'a default port'],
    ['https://port.example/x', TRUSTED.port, 'a default port'],
    ['https://entra.example/t', TRUSTED.versioned, '"/v2.0" at the end'],
    ['https://login.example/Tenant/v2.0', TRUSTED.plain, '"/v2.0" at the end'],
    [
      'http://LOGIN.example/Tenant/',
      TRUSTED.plain,
      'the scheme and a trailing slash and upper and lower case',
    ],
    [`https://any.example/${TENANT}/v2.0/`, ANY, 'a trailing slash'],
    [`https://any.example/${TENANT}`, ANY, '"/v2.0" at the end'],
  ])('%s is explained', async (iss, trusted, difference) => {
    const { present } = await start();
    const [line = '', ...others] = await present(iss);
    expect(others).toEqual([]);
    expect(line).toContain(
      `the "iss" ${JSON.stringify(iss)} differs from the trusted issuer ${JSON.stringify(trusted)} in ${difference} only`,
    );
  });

  it.each([
    'https://auth.example.evil.com/',
    'https://auth.example/other',
    'https://auth.example@evil.com/',
    'https://auth.example/\u202e',
    'https://auth.example/\n',
    `https://auth.example/${'x'.repeat(600)}`,
    `https://entra.example/${OTHER_TENANT}/v2.0`,
    '',
    '__proto__',
  ])('is not explained for %j, whose text stays out of the log', async (iss) => {
    const { present, log } = await start();
    expect(await present(iss)).toEqual([]);
    expect(log.lines).toEqual([
      {
        level: 'debug',
        text: expect.stringMatching(/^issuer_untrusted: "iss" is not a trusted issuer/),
      },
    ]);
  });

  it('is explained once in a minute for each issuer and kind', async () => {
    const { present, clock } = await start();
    const [slash, scheme] = ['https://auth.example', 'http://auth.example/'];
    expect((await present(slash)).length).toBe(1);
    for (let i = 0; i < 5; i++) expect(await present(slash)).toEqual([]);
    expect((await present(scheme)).length).toBe(1);
    clock.advance(59);
    expect(await present(slash)).toEqual([]);
    clock.advance(1);
    expect((await present(slash)).length).toBe(1);
  });

  it('is explained for a hundred issuers in a minute and no more', async () => {
    const { present, issuers, clock } = await start();
    const names = Array.from({ length: 120 }, (_value, index) => `https://many.example/${index}`);
    for (const name of names) issuers.add(name);
    const explained = async (): Promise<number> => {
      let lines = 0;
      for (const name of names) lines += (await present(`${name}/`)).length;
      return lines;
    };
    expect(await explained()).toBe(100);
    expect(await explained()).toBe(0);
    clock.advance(60);
    expect(await explained()).toBe(100);
  });

  it('says what to write, and of another host only where the difference is', async () => {
    const { present } = await start();
    expect(await present('https://auth.example')).toEqual([
      'issuer_untrusted: the "iss" "https://auth.example" differs from the trusted issuer "https://auth.example/" in a trailing slash only. Issuers are compared exactly: write in issuer what tokens carry, or name it in issuerAliases. TrustedIssuers',
    ]);
    expect(await present('https://elsewhere.test/Tenant')).toEqual([
      'issuer_untrusted: the "iss" of a token differs from the trusted issuer "https://login.example/Tenant" in the host only. Issuers are compared exactly: if it is the same server, write in issuer what tokens carry, or name it in issuerAliases. An address under which only this process reaches it belongs in keys.jwksUri or keys.discovery. TrustedIssuers',
    ]);
  });

  it('is explained by what is left when another with the same near misses is removed', async () => {
    const { present, issuers } = await start();
    issuers.add('https://auth.example:443/');
    issuers.remove(TRUSTED.slash);
    expect(await present('https://auth.example')).toEqual([
      expect.stringContaining(
        '"https://auth.example:443/" in a default port and a trailing slash only',
      ),
    ]);
  });

  it('is not explained where a name is too long, or no web address, to be compared', async () => {
    const { present, issuers } = await start();
    const long = `https://long.example/${'x'.repeat(600)}`;
    issuers.add({ issuer: long, issuerAliases: ['accounts.example'] });
    for (const other of [`${long}/`, 'other.example', `https://other.example/${'y'.repeat(600)}`])
      expect(await present(other)).toEqual([]);
    issuers.remove(long);
    expect(await present(`${long}/`)).toEqual([]);
  });

  it('is a tenant, not a slip, where a template takes tenants of this form', async () => {
    const { present, issuers } = await start();
    issuers.add({
      issuer: 'https://listed.example/{tenantid}/v2.0',
      tenants: [TENANT],
      keys: { jwksUri: 'https://listed.example/keys' },
    });
    issuers.add(`https://listed.example/${OTHER_TENANT}`);
    expect(await present(`https://listed.example/${OTHER_TENANT}/v2.0`)).toEqual([]);
  });

  it('is not explained by an issuer that was removed', async () => {
    const { present, issuers } = await start();
    issuers.remove(TRUSTED.slash);
    expect(await present('https://auth.example')).toEqual([]);
  });
});
