import { describe, expect, it } from '@jest/globals';
import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AuthConfigurationError, type AuthModuleConfig } from 'nestjs-trusted-issuers';
import { startApplication } from '../support/application.js';
import { expectGood, expectSoundProcess } from '../support/attack.js';
import { AUDIENCE, forge, goodClaims, hmac } from '../support/forgery.js';

expectSoundProcess();

const ISSUER = 'https://login.example.com';

/** Options as somebody without types may write them. */
type Options = Record<string, unknown>;

/** Starts with this configuration, expects that refused, and gives the path of every fault. */
async function faultPaths(config: Options): Promise<string[]> {
  const start = startApplication(config as unknown as AuthModuleConfig);
  const error = await start.then(
    async (application) => {
      await application.close();
      return undefined;
    },
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AuthConfigurationError);
  return (error as AuthConfigurationError).faults.map(({ path }) => path);
}

/** One issuer with these options. */
const withIssuer = (issuer: Options, module: Options = {}): Options => ({
  audience: AUDIENCE,
  issuers: [{ issuer: ISSUER, ...issuer }],
  ...module,
});

/** One issuer whose tokens are verified with this secret. */
const withSecret = (secret: unknown): Options =>
  withIssuer({ keys: { secret }, algorithms: ['HS256'] });

describe('Configurations that would open a door', () => {
  it('the configurations these are made of are good', async () => {
    const secret = randomBytes(32);
    const config = withSecret(secret) as unknown as AuthModuleConfig;
    const application = await startApplication(config);
    try {
      const token = forge({ alg: 'HS256' }, goodClaims(ISSUER), hmac('sha256', secret));
      await expectGood(application, token);
    } finally {
      await application.close();
    }
  });

  describe('S3 a public key as shared secret', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' };
    const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const ecPem = ec.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const der = rsa.publicKey.export({ format: 'der', type: 'spki' });

    const secrets: [name: string, secret: unknown][] = [
      ['a JWK as JSON', JSON.stringify(jwk)],
      ['a JWK as indented JSON', JSON.stringify(jwk, undefined, 2)],
      ['an EC JWK as JSON', JSON.stringify(ec.publicKey.export({ format: 'jwk' }))],
      ['a symmetric JWK as JSON', JSON.stringify({ kty: 'oct', k: 'x'.repeat(64) })],
      ['a private JWK as JSON', JSON.stringify(ec.privateKey.export({ format: 'jwk' }))],
      ['a JWK Set as JSON', JSON.stringify({ keys: [jwk] })],
      ['white space and a JWK', `\n  ${JSON.stringify(jwk)}`],
      ['a byte order mark and a JWK', `\uFEFF${JSON.stringify(jwk)}`],
      ['a JWK as bytes', Buffer.from(JSON.stringify(jwk))],
      ['a JWK as a secret KeyObject', createSecretKey(Buffer.from(JSON.stringify(jwk)))],
      ['PEM', pem],
      ['PEM without its last newline', pem.trimEnd()],
      ['a space and PEM', ` ${pem}`],
      ['a newline and PEM', `\n${pem}`],
      ['a word and PEM', `key: ${pem}`],
      ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
      ['PEM with written \\n', pem.replaceAll('\n', '\\n')],
      ['PEM as bytes', Buffer.from(pem)],
      ['PEM as a Uint8Array', Uint8Array.from(Buffer.from(pem))],
      ['PEM as a secret KeyObject', createSecretKey(Buffer.from(pem))],
      ['EC PEM', ecPem],
      ['PKCS #1 PEM', rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }).toString()],
      ['private PEM', rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
      ['a certificate', `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END`],
      ['DER', der],
      ['DER in base64', der.toString('base64')],
      ['a public KeyObject', rsa.publicKey],
      ['a private KeyObject', rsa.privateKey],
    ];

    it.each(secrets)('S3 %s', async (_name, secret) => {
      expect(await faultPaths(withSecret(secret))).toEqual(['issuers[0].keys.secret']);
    });

    it('S3 a secret beside public keys, or for an asymmetric algorithm', async () => {
      const secret = randomBytes(32);
      expect(
        await faultPaths(
          withIssuer({ keys: { secret, publicKey: pem }, algorithms: ['HS256', 'RS256'] }),
        ),
      ).toContain('issuers[0].keys');
      expect(
        await faultPaths(withIssuer({ keys: { secret }, algorithms: ['HS256', 'RS256'] })),
      ).toEqual(['issuers[0].algorithms[1]']);
      expect(await faultPaths(withIssuer({ keys: { secret } }))).toEqual(['issuers[0].algorithms']);
    });

    it('S3 HS256 with a public key, or with keys that are fetched', async () => {
      for (const keys of [{ publicKey: pem }, { jwks: { keys: [jwk] } }, undefined])
        expect(await faultPaths(withIssuer({ keys, algorithms: ['HS256'] }))).toContain(
          'issuers[0].algorithms[0]',
        );
    });
  });

  // RFC 7518 section 3.6, RFC 8725 section 3.2.
  describe('S1 none as an accepted algorithm', () => {
    it.each(['none', 'None', 'nOnE'])('S1 %s', async (algorithm) => {
      expect(await faultPaths(withIssuer({ algorithms: ['ES256', algorithm] }))).toEqual([
        'issuers[0].algorithms[1]',
      ]);
    });
  });

  describe('S4 empty and null keys', () => {
    it.each([
      ['an empty secret', ''],
      ['an empty buffer', Buffer.alloc(0)],
      ['one byte', 'x'],
      ['31 bytes', 'x'.repeat(31)],
      ['null', null],
      ['zero', 0],
      ['false', false],
      ['a list', ['x'.repeat(32)]],
      ['an object', {}],
    ])('S4 %s as secret', async (_name, secret) => {
      expect(await faultPaths(withSecret(secret))).toContain('issuers[0].keys.secret');
    });

    it('S4 a secret or key that is undefined is no permission to look elsewhere', async () => {
      for (const keys of [
        { secret: undefined },
        { publicKey: undefined },
        { jwks: undefined },
        { jwksUri: undefined },
        {},
      ])
        expect(await faultPaths(withIssuer({ keys }))).toContain('issuers[0].keys');
    });

    it.each([
      ['an empty key', { publicKey: '' }, 'issuers[0].keys.publicKey'],
      ['no keys', { publicKey: [] }, 'issuers[0].keys.publicKey'],
      ['null', { publicKey: null }, 'issuers[0].keys.publicKey'],
      ['a null in a list', { publicKey: [null] }, 'issuers[0].keys.publicKey[0]'],
      ['an empty key set', { jwks: { keys: [] } }, 'issuers[0].keys.jwks.keys'],
      ['null as key set', { jwks: null }, 'issuers[0].keys.jwks'],
      ['no address', { jwksUri: '' }, 'issuers[0].keys.jwksUri'],
      ['no addresses', { jwksUri: [] }, 'issuers[0].keys.jwksUri'],
    ])('S4 %s', async (_name, keys, path) => {
      expect(await faultPaths(withIssuer({ keys }))).toContain(path);
    });
  });

  describe('S5 weak keys in the configuration', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;

    it('S5 RSA of 1024 bits', async () => {
      const pem = short.export({ format: 'pem', type: 'spki' }).toString();
      for (const publicKey of [pem, short])
        expect(await faultPaths(withIssuer({ keys: { publicKey } }))).toEqual([
          'issuers[0].keys.publicKey',
        ]);
      const keys = [short.export({ format: 'jwk' })];
      expect(await faultPaths(withIssuer({ keys: { jwks: { keys } } }))).toContain(
        'issuers[0].keys.jwks.keys[0]',
      );
    });

    it('S5 ES384 with a key on P-256', async () => {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const issuer = { keys: { publicKey }, algorithms: ['ES384'] };
      expect(await faultPaths(withIssuer(issuer))).toContain('issuers[0].algorithms');
    });
  });

  describe('S6 objects that pose as keys', () => {
    const thrower = {
      get toString(): never {
        throw new Error('looked at');
      },
    };
    const posers: [name: string, key: unknown][] = [
      ['toString', { toString: () => 'x'.repeat(64) }],
      ['toString that throws', thrower],
      ['toString, length and byteLength', { toString: () => 'x', length: 64, byteLength: 64 }],
      ['toPrimitive', { [Symbol.toPrimitive]: () => 'x'.repeat(64) }],
      ['toJSON', { toJSON: () => 'x'.repeat(64) }],
      ['a function', () => 'x'.repeat(64)],
      ['a boxed string', Object('x'.repeat(64))],
      ['a proxy that throws', new Proxy({}, { get: () => thrower.toString })],
      ['type secret and export', { type: 'secret', symmetricKeySize: 64, export: () => 'x' }],
      ['a list of characters', [...'x'.repeat(64)]],
      ['a symbol', Symbol('x'.repeat(64))],
      ['a bigint', 10n ** 64n],
    ];

    it.each(posers)('S6 %s', async (_name, key) => {
      for (const path of await faultPaths(withSecret(key)))
        expect(path).toMatch(/^issuers\[0\]\.(keys\.secret|algorithms)/);
      const paths = await faultPaths(withIssuer({ keys: { publicKey: key } }));
      expect(paths[0]).toMatch(/^issuers\[0\]\.keys\.publicKey/);
    });
  });

  describe('S28 regular expressions', () => {
    it.each([/x/, /x/g, /^a+$/y, new RegExp('')])('S28 %s', async (pattern) => {
      const cases: [Options, string][] = [
        [withIssuer({}, { audience: pattern }), 'audience'],
        [withIssuer({}, { audience: ['api', pattern] }), 'audience[1]'],
        [withIssuer({ audience: pattern }), 'issuers[0].audience'],
        [withIssuer({ audience: ['api', pattern] }), 'issuers[0].audience[1]'],
        [withIssuer({ issuer: pattern }), 'issuers[0].issuer'],
        [withIssuer({}, { issuers: [pattern] }), 'issuers[0]'],
        [withIssuer({ issuerAliases: [pattern] }), 'issuers[0].issuerAliases[0]'],
        [withIssuer({ clientIds: [pattern] }), 'issuers[0].clientIds[0]'],
        [withIssuer({ algorithms: [pattern] }), 'issuers[0].algorithms[0]'],
        [withIssuer({ tokenTypes: [pattern] }), 'issuers[0].tokenTypes[0]'],
        [withIssuer({ requiredClaims: { tier: pattern } }), 'issuers[0].requiredClaims.tier'],
        [
          withIssuer({ requiredClaims: { tier: ['gold', pattern] } }),
          'issuers[0].requiredClaims.tier[1]',
        ],
      ];
      for (const [config, path] of cases) expect(await faultPaths(config)).toEqual([path]);
    });
  });

  describe('S33 addresses for which an attacker on the way can answer', () => {
    it.each([
      [{ issuer: 'http://login.example.com' }, 'issuers[0].issuer'],
      [{ issuer: 'HTTP://login.example.com' }, 'issuers[0].issuer'],
      [{ issuer: 'http://localhost.example.com' }, 'issuers[0].issuer'],
      [{ issuer: 'http://127.0.0.1.example.com' }, 'issuers[0].issuer'],
      [{ issuer: 'http://127.0.0.1@evil.example' }, 'issuers[0].issuer'],
      [{ issuer: 'http://0.0.0.0' }, 'issuers[0].issuer'],
      [{ issuer: 'http://10.0.0.1' }, 'issuers[0].issuer'],
      [{ issuer: 'http://169.254.169.254' }, 'issuers[0].issuer'],
      [{ issuer: 'ftp://login.example.com' }, 'issuers[0].issuer'],
      [{ issuer: 'file:///etc/passwd' }, 'issuers[0].issuer'],
      [{ issuer: 'data:application/json,{}' }, 'issuers[0].issuer'],
      [{ keys: { jwksUri: 'http://keys.example.com' } }, 'issuers[0].keys.jwksUri'],
      [
        { keys: { jwksUri: ['https://a.example', 'http://b.example'] } },
        'issuers[0].keys.jwksUri[1]',
      ],
      [{ keys: { jwksUri: 'file:///etc/keys.json' } }, 'issuers[0].keys.jwksUri'],
      [{ keys: { jwksUri: 'data:application/json,{"keys":[]}' } }, 'issuers[0].keys.jwksUri'],
      [{ keys: { jwksUri: 'https://user:password@keys.example.com' } }, 'issuers[0].keys.jwksUri'],
      [
        { keys: { discovery: 'http://login.example.com/.well-known/x' } },
        'issuers[0].keys.discovery',
      ],
    ])('S33 %j', async (issuer: Options, path) => {
      expect(await faultPaths(withIssuer(issuer))).toEqual([path]);
    });
  });

  describe('S35 options that would switch a check off', () => {
    const notFinite = [Infinity, -Infinity, NaN, -1, '5', null, [], {}, true];

    it.each(notFinite)('S35 %p as a number', async (value) => {
      const cases: [Options, string][] = [
        [withIssuer({ clockToleranceSeconds: value }), 'issuers[0].clockToleranceSeconds'],
        [withIssuer({ maxTokenAgeSeconds: value }), 'issuers[0].maxTokenAgeSeconds'],
        [withIssuer({ http: { timeoutMs: value } }), 'issuers[0].http.timeoutMs'],
        [withIssuer({ http: { maxBytes: value } }), 'issuers[0].http.maxBytes'],
        [withIssuer({}, { maxTokenBytes: value }), 'maxTokenBytes'],
      ];
      for (const [config, path] of cases) expect(await faultPaths(config)).toEqual([path]);
    });

    it.each([1e308, 301, Number.MAX_SAFE_INTEGER])('S35 a tolerance of %p', async (value) => {
      expect(await faultPaths(withIssuer({ clockToleranceSeconds: value }))).toEqual([
        'issuers[0].clockToleranceSeconds',
      ]);
    });

    it.each([
      ['an empty audience', withIssuer({ audience: '' }), 'issuers[0].audience'],
      ['an empty audience in a list', withIssuer({ audience: [''] }), 'issuers[0].audience[0]'],
      ['no audiences', withIssuer({ audience: [] }), 'issuers[0].audience'],
      ['false as audience', withIssuer({ audience: false }), 'issuers[0].audience'],
      ['an unchecked audience alone', withIssuer({ audience: null }), 'issuers[0].audience'],
      ['an empty audience for all', withIssuer({}, { audience: '' }), 'audience'],
      ['no audience for all', withIssuer({}, { audience: null }), 'audience'],
      ['no audience at all', { issuers: [ISSUER] }, 'issuers[0].audience'],
      ['an empty issuer', withIssuer({ issuer: '' }), 'issuers[0].issuer'],
      ['a null issuer', withIssuer({ issuer: null }), 'issuers[0].issuer'],
      ['an undefined issuer', withIssuer({ issuer: undefined }), 'issuers[0].issuer'],
      ['a list as issuer', withIssuer({ issuer: [ISSUER] }), 'issuers[0].issuer'],
      ['no issuers', { audience: AUDIENCE, issuers: [] }, 'issuers'],
      ['issuers undefined', { audience: AUDIENCE }, 'issuers'],
      ['no clients', withIssuer({ clientIds: [] }), 'issuers[0].clientIds'],
      ['an empty client', withIssuer({ clientIds: [''] }), 'issuers[0].clientIds[0]'],
      ['no algorithms', withIssuer({ algorithms: [] }), 'issuers[0].algorithms'],
      ['no types', withIssuer({ tokenTypes: [] }), 'issuers[0].tokenTypes'],
      [
        'an undefined required claim',
        withIssuer({ requiredClaims: { tier: undefined } }),
        'issuers[0].requiredClaims.tier',
      ],
      [
        'an unchecked audience and no required claims',
        withIssuer({ audience: null, requiredClaims: {} }),
        'issuers[0].audience',
      ],
    ])('S35 %s', async (_name, config: Options, path) => {
      expect(await faultPaths(config)).toEqual([path]);
    });
  });
});

describe('S7 the HMAC look-up of jws (CVE-2025-65945)', () => {
  interface Package {
    readonly version?: string;
    readonly dependencies?: Readonly<Record<string, string>>;
  }

  const root = new URL('../../', import.meta.url);
  const readJson = (path: string): unknown =>
    JSON.parse(readFileSync(new URL(path, root), 'utf8')) as unknown;
  const lock = readJson('package-lock.json') as { packages: Readonly<Record<string, Package>> };

  /** Every copy of a package, as locked and as installed. */
  const versionsOf = (name: string): string[] =>
    Object.entries(lock.packages)
      .filter(([path]) => path.endsWith(`node_modules/${name}`))
      .flatMap(([path, { version = '' }]) => [
        version,
        (readJson(`${path}/package.json`) as Package).version ?? '',
      ]);

  it.each([
    ['jws', '4.0.1'],
    ['jsonwebtoken', '9.0.3'],
  ])('S7 every %s is %s or later', (name, floor) => {
    const versions = versionsOf(name);
    expect(versions.length).toBeGreaterThanOrEqual(2);
    for (const version of versions) expect(isAtLeast(version, floor)).toBe(true);
  });

  it('S7 what is published demands no less', () => {
    const { dependencies } = readJson('package.json') as Package;
    const range = dependencies?.['jsonwebtoken'] ?? '';
    expect(range).toMatch(/^\^\d+\.\d+\.\d+$/);
    expect(isAtLeast(range.slice(1), '9.0.3')).toBe(true);
  });

  it('S7 versions are compared as numbers', () => {
    expect(['9.0.3', '9.0.10', '10.0.0'].every((version) => isAtLeast(version, '9.0.3'))).toBe(
      true,
    );
    expect(['9.0.2', '8.9.9', '4.0.0', ''].some((version) => isAtLeast(version, '9.0.3'))).toBe(
      false,
    );
  });

  function isAtLeast(version: string, floor: string): boolean {
    const parts = version.split('.').map(Number);
    for (const [at, least] of floor.split('.').map(Number).entries()) {
      const part = parts[at] ?? NaN;
      if (part !== least) return part > least;
    }
    return true;
  }
});
