import { afterAll, describe, expect, it } from '@jest/globals';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Examination } from '../../src/cli/doctor/issuer-examination.js';
import { command, type CommandOutcome, temporaryFolder } from '../support/command-line.js';
import { startKeyServer } from '../support/key-server.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

function doctor(issuers: readonly unknown[], ...flags: string[]): Promise<CommandOutcome> {
  const path = folder.file('config.json');
  writeFileSync(path, JSON.stringify({ audience: 'api', issuers }));
  return command(['doctor', '--config', path, ...flags]);
}

/** An address where nothing listens. */
async function abandonedAddress(): Promise<string> {
  const server = await startKeyServer({});
  await server.close();
  return server.origin;
}

describe('doctor', () => {
  it('every issuer works: a table, and 0', async () => {
    const [one, two] = [await createTestIssuer(), await createTestIssuer({ algorithm: 'PS256' })];
    await two.rotateKeys();
    const issuers = [
      one.issuer,
      two.config(),
      { issuer: 'https://a.example', keys: { jwks: one.jwks } },
    ];
    const { exitCode, out, err, progress } = await doctor(issuers);
    expect([exitCode, err]).toEqual([0, '']);
    const lines = out
      .replaceAll(/\d+ ms/g, '0 ms')
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines).toEqual([
      ' issuer keys from keys algorithms took',
      `✓ works ${one.issuer} discovery 1 ES256 0 ms`,
      `✓ works ${two.issuer} discovery 2 PS256 0 ms`,
      '✓ works https://a.example jwks 1 ES256 0 ms',
    ]);
    expect(progress).toContain(`Asking ${one.issuer} …`);
    await Promise.all([one.close(), two.close()]);
  });

  it('says what is wrong with each issuer, and what to do', async () => {
    const server = await startKeyServer({
      '/moved': (_request, response) =>
        void response.writeHead(302, { location: 'https://elsewhere.example/' }).end(),
      '/private': (_request, response) => void response.writeHead(401).end(),
      '/page': (_request, response) => void response.end('<html>'),
      '/slow': () => {},
      '/large': { keys: [{ kty: 'x'.repeat(2_000) }] },
      '/empty': { keys: [{ kty: 'oct', k: 'AAAA' }] },
      '/.well-known/openid-configuration': { issuer: 'https://other.example', jwks_uri: 'x' },
    });
    const { origin } = server;
    const at = (path: string) => ({
      issuer: `https://${path}.example`,
      keys: { jwksUri: `${origin}/${path}` },
    });
    const { exitCode, out } = await doctor(
      [
        ...['moved', 'private', 'page', 'empty', 'none'].map(at),
        origin,
        { ...at('slow'), http: { timeoutMs: 50 } },
        {
          ...at('page'),
          issuer: 'https://large.example',
          keys: { jwksUri: `${origin}/large` },
          http: { maxBytes: 1024 },
        },
        { issuer: 'https://down.example', keys: { jwksUri: await abandonedAddress() } },
      ],
      '--json',
    );
    expect(exitCode).toBe(1);
    const { issuers, warnings } = JSON.parse(out) as { issuers: Examination[]; warnings: string[] };
    const remedies = Object.fromEntries(issuers.map(({ issuer, remedy }) => [issuer, remedy]));
    expect(remedies).toEqual({
      'https://moved.example': expect.stringContaining('to the same origin only'),
      'https://private.example': expect.stringContaining('http.headers'),
      'https://page.example': expect.stringContaining('must answer with a JWK Set'),
      'https://empty.example': expect.stringContaining('Name its algorithm'),
      'https://slow.example': expect.stringContaining('did not answer in time'),
      'https://large.example': expect.stringContaining('larger than http.maxBytes'),
      'https://none.example': expect.stringMatching(
        /^Are the realm or tenant and the path .*nothing at that address/,
      ),
      [origin]: expect.stringContaining('Which of the two does the "iss" of its tokens have?'),
      'https://down.example': expect.stringContaining('Nothing listens there'),
    });
    expect(warnings.join('\n')).toContain('a symmetric key');
    expect(issuers.every(({ works, faults }) => !works && faults.length > 0)).toBe(true);
    await server.close();
  });

  describe('where there is nothing, it asks for realm and path first', () => {
    const remedyOf = async (path: string): Promise<string> => {
      const server = await startKeyServer({});
      const { out } = await doctor([server.origin + path], '--json');
      await server.close();
      return (JSON.parse(out) as { issuers: Examination[] }).issuers[0]?.remedy ?? '';
    };

    it.each([
      ['', /^Does the issuer’s path lack something, such as the realm, tenant/],
      [
        '/realms/Acme',
        /^Are the realm or tenant and the whole path \(\/realms\/Acme\) spelt right/,
      ],
      ['/realms/Acme', /have \/auth before \/realms/],
      ['/oauth2/default/', /^Are the realm or tenant and the whole path \(\/oauth2\/default\)/],
    ])('%j', async (path, text) => {
      const remedy = await remedyOf(path);
      expect(remedy).toMatch(text);
      expect(remedy).toMatch(/keep "issuer" equal to the "iss" of its tokens/);
    });
  });

  it('never advises to write an address that only this machine knows for the issuer', async () => {
    const names = {
      refused: await abandonedAddress(),
      unresolved: 'https://keycloak.invalid/realms/a',
    };
    const server = await startKeyServer({
      '/realms/a/.well-known/openid-configuration': (_request, response) =>
        void response.end(JSON.stringify({ issuer: 'https://id.example/realms/a', jwks_uri: 'x' })),
      '/moved': (_request, response) =>
        void response.writeHead(302, { location: 'https://elsewhere.example/' }).end(),
      '/proxied/.well-known/openid-configuration': (request, response) =>
        void response.end(
          JSON.stringify({
            issuer: `http://${request.headers.host}/proxied`,
            jwks_uri: 'https://id.example/keys',
          }),
        ),
    });
    const { out } = await doctor(
      [
        ...Object.values(names),
        `${server.origin}/realms/a`,
        `${server.origin}/proxied`,
        { issuer: 'https://moved.example', keys: { jwksUri: `${server.origin}/moved` } },
      ],
      '--json',
    );
    await server.close();
    const [refused, unresolved, named, proxied, moved] = (
      JSON.parse(out) as { issuers: Examination[] }
    ).issuers.map(({ remedy }) => remedy);
    expect(refused).toContain('keep "issuer" equal to the "iss" of its tokens');
    expect(unresolved).toContain('keep "issuer" equal to the "iss" of its tokens');
    expect(named).toContain('leave "issuer" as it is and give keys.jwksUri');
    expect(proxied).toContain('the issuer must know its public address');
    expect(moved).toContain('"issuer" stays as its tokens have it');
  });

  it('the same for people', async () => {
    const { exitCode, out } = await doctor([
      { issuer: 'https://down.example', keys: { jwksUri: await abandonedAddress() } },
    ]);
    expect(exitCode).toBe(1);
    expect(out).toContain('✗ fails  https://down.example');
    expect(out).toContain(
      '\n  → Nothing listens there. Is the issuer running, and the port right?',
    );
  });

  it('options that only an application needs are checked, too', async () => {
    const path = folder.file('wrong.mjs');
    const wrong = "isRevoked: 'yes', observer: 1, warmUp: 'x', verifiedTokenCache: true";
    writeFileSync(
      path,
      `export default { issuers: ['https://a.example'], audience: 'a', guardEveryRoute: true, ${wrong} }`,
    );
    const { exitCode, err } = await command(['doctor', '--config', path]);
    expect([exitCode, err.match(/(?<=^ {2}- )\w+/gm)?.toSorted()]).toEqual([
      3,
      ['isRevoked', 'observer', 'verifiedTokenCache', 'warmUp'],
    ]);
  });

  it('without a listed issuer it says where to look', async () => {
    const path = folder.file('resolving.mjs');
    const options = "origins: ['https://a.example'], resolve: () => undefined";
    writeFileSync(path, `export default { audience: 'api', resolveIssuer: { ${options} } }`);
    const { exitCode, out } = await command(['doctor', '--config', path]);
    expect([exitCode, out]).toEqual([0, expect.stringMatching(/^No issuer is listed.*inspect/)]);
  });

  it.each([
    ['exports.config = CONFIG'],
    ['exports.default = CONFIG'],
    ["Object.defineProperty(exports, '__esModule', { value: true }); exports.config = CONFIG"],
    [
      "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = () => (CONFIG)",
    ],
    ['module.exports = CONFIG'],
    ['module.exports = { config: CONFIG }'],
  ])('a CommonJS file: %s', async (text) => {
    const path = folder.file(`${encodeURIComponent(text)}.cjs`);
    const issuer = await createTestIssuer();
    const config = `{ audience: 'api', issuers: ['${issuer.issuer}'] }`;
    writeFileSync(path, text.replace('CONFIG', config));
    const { exitCode, err } = await command(['doctor', '--config', path]);
    expect([exitCode, err]).toEqual([0, '']);
    await issuer.close();
  });

  it('names every key, also where an issuer has more than are parsed for one token', async () => {
    const issuer = await createTestIssuer();
    for (let key = 2; key <= 130; key += 1) await issuer.rotateKeys();
    const trusted = [issuer.issuer, { issuer: 'https://a.example', keys: { jwks: issuer.jwks } }];
    const { out } = await doctor(trusted, '--json');
    await issuer.close();
    const { issuers } = JSON.parse(out) as { issuers: Examination[] };
    const names = Array.from({ length: 130 }, (_, index) => `key-${130 - index}`);
    expect(issuers.map(({ keyIds, algorithms }) => [keyIds, algorithms])).toEqual([
      [names, ['ES256']],
      [names, ['ES256']],
    ]);
  });

  it('the curve that is named alone, and no other', async () => {
    const ed448 = generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' });
    const server = await startKeyServer({ '/jwks': { keys: [ed448] } });
    const issuer = (name: string, algorithm: string) => ({
      issuer: `https://${name}.example`,
      algorithms: [algorithm],
      keys: { jwksUri: `${server.origin}/jwks` },
    });
    const { out } = await doctor([issuer('a', 'Ed448'), issuer('b', 'Ed25519')], '--json');
    await server.close();
    const { issuers } = JSON.parse(out) as { issuers: Examination[] };
    expect(issuers.map(({ works, algorithms }) => [works, algorithms])).toEqual([
      [true, ['Ed448', 'EdDSA']],
      [false, []],
    ]);
  });

  it('has nothing to ask where keys come one by one, by the names that tokens give', async () => {
    const server = await startKeyServer({});
    const keys = { publicKeyUri: `${server.origin}/{kid}` };
    const { exitCode, out } = await doctor([{ issuer: 'https://a.example', keys }], '--json');
    await server.close();
    const { issuers } = JSON.parse(out) as { issuers: Examination[] };
    expect([exitCode, issuers]).toMatchObject([0, [{ keysFrom: 'publicKeyUri', keyIds: [] }]]);
  });

  it('of several addresses, one that fails is told', async () => {
    const issuer = await createTestIssuer();
    const jwksUri = [issuer.jwksUri, await abandonedAddress()];
    const { exitCode, out } = await doctor([{ issuer: 'https://a.example', keys: { jwksUri } }]);
    await issuer.close();
    expect([exitCode, out]).toEqual([1, expect.stringContaining('Nothing listens there.')]);
  });

  const ONE = 'https://login.example.com/11111111-1111-1111-1111-111111111111/v2.0';
  const OTHER = 'https://login.example.com/22222222-2222-2222-2222-222222222222/v2.0';
  const ANY = 'https://login.example.com/{tenantid}/v2.0';
  const [TENANT = ''] = /1{8}[1-]+/.exec(ONE) ?? [];
  it.each<[works: boolean, bound: string, terms: object]>([
    [true, ONE, { issuer: ONE }],
    [true, ANY, { issuer: ONE }],
    [false, OTHER, { issuer: ONE }],
    [true, ONE, { issuer: ANY, tenants: 'any' }],
    [true, ANY, { issuer: ANY, tenants: 'any' }],
    [false, 'https://a.example', { issuer: ANY, tenants: 'any' }],
    [true, ONE, { issuer: ANY, tenants: [TENANT] }],
    [true, ANY, { issuer: ANY, tenants: [TENANT] }],
    [false, OTHER, { issuer: ANY, tenants: [TENANT] }],
  ])('works: %s, with a key bound to %s for %j', async (works, bound, terms) => {
    const { jwks } = await createTestIssuer({ listen: false });
    const keys = { jwks: { keys: jwks.keys.map((key) => ({ ...key, issuer: bound })) } };
    const { exitCode, out } = await doctor([{ ...terms, keys }], '--json');
    const { issuers } = JSON.parse(out) as { issuers: Examination[] };
    expect([exitCode, issuers[0]]).toEqual([
      works ? 0 : 1,
      expect.objectContaining(
        works
          ? { works, keyIds: ['key-1'], faults: [] }
          : {
              ...{ works, keyIds: [], algorithms: [] },
              faults: ['every key names another issuer in its member "issuer"'],
            },
      ),
    ]);
  });

  it('a faulty configuration: every fault, and 3', async () => {
    const { exitCode, err } = await doctor(['nowhere', { issuer: 'https://a.example', colour: 1 }]);
    expect(exitCode).toBe(3);
    expect(err).toMatch(/issuers\[0\].*issuers\[1\]\.colour/s);
  });
});
