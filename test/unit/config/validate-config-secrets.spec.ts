import { createSecretKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { faultsOf, faultsOfIssuer } from './faults-of.js';
import { jwkOf, PAIRS, pemOf } from './key-material.js';

const SECRET = 'hunter2-hunter2';
const PRIVATE_PEM = pemOf(PAIRS.p256.privateKey);
const PRIVATE_JWK = jwkOf(PAIRS.p256.privateKey);
const PRIVATE_JWK_TEXT = JSON.stringify(PRIVATE_JWK);
const TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';

/** Members whose strings may be shown: what is put there must at least be recognised as a secret. */
const PUBLIC_MEMBERS: readonly ((value: unknown) => object)[] = [
  (value) => ({ issuer: value }),
  (value) => ({ issuer: value, keys: { jwksUri: 'https://keys.example' }, audience: '' }),
  (value) => ({ issuerAliases: value }),
  (value) => ({ issuerAliases: [value, ' '] }),
  (value) => ({ audience: value, realm: '' }),
  (value) => ({ audience: [value, ''] }),
  (value) => ({ algorithms: value }),
  (value) => ({ algorithms: [value] }),
  (value) => ({ tokenTypes: value }),
  (value) => ({ clientIds: value }),
  (value) => ({ clientIds: [` ${String(value)}`] }),
  (value) => ({ clockToleranceSeconds: value }),
  (value) => ({ http: { timeoutMs: value, allowInsecure: value } }),
  (value) => ({ identity: { subject: [value, ''] } }),
  (value) => ({ keys: { discovery: value } }),
  (value) => ({ keys: { jwksUri: [value] } }),
  (value) => ({ keys: { jwksFile: value } }),
  (value) => ({ [String(value)]: 1 }),
  (value) => ({ keys: { [String(value)]: 1 } }),
  (value) => ({ requiredClaims: { [String(value)]: null } }),
];

/** Members that hold secrets, or whose values nobody knows: nothing put there may be shown. */
const SECRET_MEMBERS: readonly ((value: unknown) => object)[] = [
  (value) => ({ keys: value }),
  (value) => ({ keys: { secret: value } }),
  (value) => ({ keys: { secret: value }, algorithms: ['HS512'] }),
  (value) => ({ keys: { secret: [value] }, algorithms: ['HS512'] }),
  (value) => ({ keys: { secret: { k: value } }, algorithms: ['HS512'] }),
  (value) => ({ keys: { secret: Buffer.from(String(value)) }, algorithms: ['HS512'] }),
  (value) => ({ keys: { secret: createSecretKey(Buffer.from(String(value))) } }),
  (value) => ({ keys: { publicKey: value } }),
  (value) => ({ keys: { publicKey: [value] } }),
  (value) => ({ keys: { jwks: value } }),
  (value) => ({ keys: { jwks: { keys: [value] } } }),
  (value) => ({ keys: { jwks: { keys: [{ kty: 'oct', k: value }] } } }),
  (value) => ({ keys: { jwks: { keys: [{ kty: 'RSA', n: value, e: value, d: value }] } } }),
  (value) => ({ keys: { vault: value, secrets: value } }),
  (value) => ({ http: value }),
  (value) => ({ http: { headers: value } }),
  (value) => ({ http: { headers: [value] } }),
  (value) => ({ http: { headers: { 'X-Key': `${String(value)}\n` } } }),
  (value) => ({ http: { headers: { 'X-Key': [value] } } }),
  (value) => ({ http: { headers: { [`Authorization: ${String(value)}`]: '' } } }),
  (value) => ({ http: { fetch: value, header: value } }),
  (value) => ({ identity: value }),
  (value) => ({ secret: value, clientSecret: value, password: value }),
  (value) => ({ requiredClaims: value, audience: '' }),
  (value) => ({ requiredClaims: { key: { value } } }),
];

function expectNothingOf(secrets: readonly string[], lines: readonly string[]): void {
  expect(lines).not.toEqual([]);
  for (const secret of secrets) expect(lines.join('\n')).not.toContain(secret);
}

describe('no secret is in the message', () => {
  const pemLine = PRIVATE_PEM.split('\n')[1] ?? '';
  it.each([
    ['a PEM text', PRIVATE_PEM, [pemLine]],
    ['a PEM text on one line', PRIVATE_PEM.replaceAll('\n', '\\n'), [pemLine]],
    ['a PEM text in Base64', Buffer.from(PRIVATE_PEM).toString('base64'), ['LS0tLS1CRUdJTi']],
    ['a JWK', PRIVATE_JWK_TEXT, [String(PRIVATE_JWK['d'])]],
    ['a token', TOKEN, ['c2lnbmF0dXJl', 'eyJzdWIiOiJhZGEifQ']],
    ['an address with a password', `https://ada:${SECRET}@idp.example`, [SECRET]],
    ['an address with an odd password', `https://ada:${SECRET}/#?@idp.example`, [SECRET]],
    ['an address with a user name', `http://${SECRET}@idp.example`, [SECRET]],
    ['an address with a key', `http://idp.example/keys?key=${SECRET}#${SECRET}`, [SECRET]],
    ['an address without a scheme', `idp.example/keys?key=${SECRET}`, [SECRET]],
    ['the path of an address', `/keys?key=${SECRET}`, [SECRET]],
    ['an address that begins with slashes', `//idp.example/keys?key=${SECRET}`, [SECRET]],
    ['an address without a colon', `https//idp.example/keys?key=${SECRET}`, [SECRET]],
    ['an address without slashes', `https:keys?key=${SECRET}`, [SECRET]],
    ['a user name and host', `${SECRET}@idp.example/keys`, [SECRET]],
    ['an address with an at sign in its query', `https://i.example/?a=b@c&d=${SECRET}`, [SECRET]],
    ['a database address', `postgres://ada:${SECRET}@db.example/x`, [SECRET]],
    ['a password and host', `ada:${SECRET}@idp.example`, [SECRET]],
  ])('when %s is where none belongs', (_what, value, secrets) => {
    for (const put of PUBLIC_MEMBERS) {
      const lines = faultsOfIssuer({ ...put(value), algorithms: [value] });
      expectNothingOf(secrets, lines);
    }
    expectNothingOf(secrets, faultsOf({ realm: `${value}\n`, disclosure: value, issuers: [] }));
    expectNothingOf(secrets, faultsOf({ audience: ` ${value}`, issuers: [value] }));
    expectNothingOf(secrets, faultsOf({ tokenSources: [value, { [value]: value }] }));
    expectNothingOf(secrets, faultsOf({ issuers: value, isRevoked: value, audience: '' }));
    expectNothingOf(secrets, faultsOf(value));
  });

  it('when it is where secrets belong, or where it is unknown what belongs', () => {
    for (const value of [SECRET, TOKEN, PRIVATE_PEM, `$value ${SECRET}`]) {
      for (const put of SECRET_MEMBERS) {
        expectNothingOf([SECRET, pemLine, 'c2lnbmF0dXJl'], faultsOfIssuer({ ...put(value), x: 1 }));
      }
    }
    expectNothingOf([SECRET], faultsOf({ secret: SECRET, issuers: [SECRET.length] }));
  });

  it('when a getter or a function throws it', () => {
    const options = {
      get issuers(): never {
        throw new Error(SECRET);
      },
      get realm(): never {
        throw new Error(SECRET);
      },
    };
    expect(faultsOf(options)).toEqual([
      'issuers: cannot be read. Give a plain value.',
      'realm: cannot be read. Give a plain value.',
    ]);
  });

  describe('when it is in a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'jwks-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    it.each([
      SECRET,
      `{"keys":"${SECRET}"}`,
      `{"keys":[{"kty":"oct","k":"${SECRET}"}]}`,
      `{ ${SECRET}`,
    ])('a key set that is %s shows nothing of its text', (content) => {
      const jwksFile = join(folder, 'jwks.json');
      writeFileSync(jwksFile, content);
      expectNothingOf([SECRET], faultsOfIssuer({ keys: { jwksFile } }));
    });
  });
});
