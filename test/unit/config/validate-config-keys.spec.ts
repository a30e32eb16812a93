import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { runtimeSupports } from '../../../src/core/jose/key-algorithms.js';
import { faultsOfIssuer } from './faults-of.js';
import { jwkOf, PAIRS, pemOf, WEAK_JWKS } from './key-material.js';

const { rsa, shortRsa, p256, x25519, dsa, secp256k1 } = PAIRS;
const NOT_SET = 'Is an environment variable not set?';

type Case = readonly [what: string, changes: object, lines: readonly string[]];

function refuses(cases: readonly Case[]): void {
  it.each(cases)('%s: exactly these faults', (_what, changes, lines) => {
    expect(faultsOfIssuer(changes)).toEqual(lines.map((line) => `issuers[0].${line}`));
  });
}

describe('the form of keys', () => {
  const none = `keys: no form of keys is given. Name one of discovery, jwksUri, jwks, publicKey, secret, jwksFile, publicKeyUri; is an environment variable not set?`;
  refuses([
    ['none', { keys: {} }, [none]],
    ['one that is undefined', { keys: { jwksUri: undefined } }, [none]],
    [
      'several',
      { keys: { jwksUri: 'https://a.example', discovery: 'https://b.example' } },
      ['keys: discovery and jwksUri are given together. Choose one.'],
    ],
    [
      'misspelt',
      { keys: { jwksUrl: 'https://a.example' } },
      ['keys.jwksUrl: unknown option. Did you mean jwksUri?'],
    ],
    [
      'unknown',
      { keys: { vault: 'x' } },
      [
        'keys.vault: unknown option. Known here: discovery, jwksUri, jwks, publicKey, secret, jwksFile, publicKeyUri.',
      ],
    ],
    [
      'one and an unknown one',
      { keys: { jwksUri: 'https://a.example', vault: 'x' } },
      [
        'keys.vault: unknown option. Known here: discovery, jwksUri, jwks, publicKey, secret, jwksFile, publicKeyUri.',
      ],
    ],
    [
      'a string',
      { keys: 'https://a.example' },
      [
        'keys: a string is not an object with options. Write options, like { jwksUri: "https://…" }.',
      ],
    ],
    [
      'null',
      { keys: null },
      ['keys: null is not an object with options. Write options, like { jwksUri: "https://…" }.'],
    ],
    [
      'a KeyObject',
      { keys: rsa.publicKey },
      [
        'keys: a KeyObject is not an object with options. Write options, like { jwksUri: "https://…" }.',
      ],
    ],
  ]);
});

describe('addresses', () => {
  const insecure =
    'is an http: address beyond loopback: anyone on the way could replace the keys. Use https:, or set http.allowInsecure.';
  refuses([
    ['discovery empty', { keys: { discovery: '' } }, [`keys.discovery: "" is empty. ${NOT_SET}`]],
    [
      'discovery no URL',
      { keys: { discovery: 'idp.example' } },
      [
        'keys.discovery: "idp.example" is not an https: URL. Write the whole address, without white space.',
      ],
    ],
    [
      'discovery http:',
      { keys: { discovery: 'http://idp.example' } },
      [`keys.discovery: "http://idp.example" ${insecure}`],
    ],
    [
      'discovery a placeholder',
      { keys: { discovery: 'https://{tenant}.example' } },
      [
        'keys.discovery: "https://{tenant}.example" holds a placeholder. Put the real value in its place.',
      ],
    ],
    [
      'jwksUri empty list',
      { keys: { jwksUri: [] } },
      ['keys.jwksUri: the list is empty. Name at least one address.'],
    ],
    [
      'jwksUri of many kinds',
      {
        keys: {
          jwksUri: [
            'http://a.example/?key=k',
            'https://u:p@a.example',
            'https://a.example#k',
            undefined,
            ' https://a.example',
            7,
          ],
        },
      },
      [
        `keys.jwksUri[0]: "http://a.example/?…" ${insecure}`,
        'keys.jwksUri[1]: "https://…@a.example" holds credentials, which end up in logs. Give them in http.headers.',
        'keys.jwksUri[2]: "https://a.example#…" has a fragment, which is never sent. Remove it.',
        `keys.jwksUri[3]: undefined is not a string. ${NOT_SET}`,
        'keys.jwksUri[4]: " https://a.example" is not an https: URL. Write the whole address, without white space.',
        'keys.jwksUri[5]: 7 is not a string. Write it in quotes.',
      ],
    ],
  ]);
});

// RFC 7518 section 3.1, RFC 8725 section 3.2.
describe('algorithms', () => {
  const secret = 's'.repeat(64);
  refuses([
    [
      'empty',
      { algorithms: [] },
      [
        'algorithms: the list is empty. No token could be accepted: name an algorithm, or leave the option out.',
      ],
    ],
    [
      'no list',
      { algorithms: 'RS256' },
      ['algorithms: "RS256" is not a list. List "alg" values, like ["RS256"].'],
    ],
    [
      'none, in any case',
      { algorithms: ['none', 'NoNe'] },
      [
        'algorithms[0]: "none" means unsigned, and an unsigned token proves nothing. Remove it.',
        'algorithms[1]: "NoNe" means unsigned, and an unsigned token proves nothing. Remove it.',
      ],
    ],
    [
      'unknown',
      { algorithms: ['rs256', 'RS265', 'HS1', 'RSA-OAEP', undefined] },
      [
        'algorithms[0]: "rs256" is not a known algorithm. Did you mean RS256?',
        'algorithms[1]: "RS265" is not a known algorithm. Did you mean RS256?',
        'algorithms[2]: "HS1" is not a known algorithm. Known: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519, Ed448, ML-DSA-44, ML-DSA-65, ML-DSA-87, HS256, HS384, HS512.',
        'algorithms[3]: "RSA-OAEP" is not a known algorithm. Known: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519, Ed448, ML-DSA-44, ML-DSA-65, ML-DSA-87, HS256, HS384, HS512.',
        `algorithms[4]: undefined is not a string. ${NOT_SET}`,
      ],
    ],
    [
      'HS256 without a secret',
      { algorithms: ['HS256'] },
      [
        'algorithms[0]: "HS256" needs a shared secret. Give keys.secret, or name an asymmetric algorithm.',
      ],
    ],
    [
      'HS256 with a public key',
      { algorithms: ['HS256'], keys: { publicKey: rsa.publicKey } },
      [
        'algorithms[0]: "HS256" needs a shared secret. Give keys.secret, or name an asymmetric algorithm.',
      ],
    ],
    [
      'RS256 with a secret',
      { algorithms: ['RS256'], keys: { secret } },
      [
        'algorithms[0]: "RS256" cannot be verified with keys.secret. Name HS256, HS384 or HS512, or give public keys.',
      ],
    ],
    [
      'absent with a secret',
      { keys: { secret } },
      [
        'algorithms: missing. With keys.secret, name the algorithm its issuer signs with: HS256, HS384 or HS512.',
      ],
    ],
    [
      'none of the given keys',
      { algorithms: ['ES256', 'ES384'], keys: { publicKey: rsa.publicKey } },
      [
        'algorithms: the given keys can verify none of these, only RS256, RS384, RS512, PS256, PS384, PS512. Name one of those, or give other keys.',
      ],
    ],
    [
      'none of the given set',
      {
        algorithms: ['RS256'],
        keys: { jwks: { keys: [{ ...jwkOf(rsa.publicKey), alg: 'PS256' }] } },
      },
      [
        'algorithms: the given keys can verify none of these, only PS256. Name one of those, or give other keys.',
      ],
    ],
  ]);

  it('ML-DSA where the runtime lacks it', () => {
    const lines = runtimeSupports('ML-DSA-65')
      ? []
      : [
          `issuers[0].algorithms[0]: "ML-DSA-65" is not supported by this Node.js (${process.version}). Use a later version, or remove it.`,
        ];
    expect(faultsOfIssuer({ algorithms: ['ML-DSA-65'] })).toEqual(lines);
  });
});

// RFC 7518 section 3.2, RFC 8725 section 3.5.
describe('keys.secret', () => {
  const confusion =
    'anyone who knows the public key could then forge tokens. Give public keys in keys.publicKey.';
  const keyText = `keys.secret: a key in text form is not a shared secret: ${confusion}`;
  const jwkText =
    'keys.secret: a JSON Web Key is not a shared secret. Give public keys in keys.jwks, and of a symmetric key its "k": Buffer.from(k, "base64url").';
  const pem = pemOf(rsa.publicKey);
  const der = rsa.publicKey.export({ type: 'spki', format: 'der' });
  const few = (bytes: number, name: string, needed: number): string =>
    `keys.secret: ${bytes} bytes are too few: ${name} needs at least ${needed} (RFC 7518 section 3.2). Make a secret: openssl rand -base64 48.`;
  it.each(['0', '{', '['])('one that only begins like a key: %s…', (first) => {
    const secret = `${first}qT7vW2xZ9mK4pL8sR3nB6cD1fG5hJ0yU`;
    expect(faultsOfIssuer({ keys: { secret }, algorithms: ['HS256'] })).toEqual([]);
  });

  it.each<readonly [what: string, secret: unknown, line: string]>([
    ['empty', '', `keys.secret: empty. ${NOT_SET}`],
    [
      'null',
      null,
      'keys.secret: null is not a secret. Give a string, a Uint8Array or a secret KeyObject.',
    ],
    [
      'a number',
      12345678,
      'keys.secret: a number is not a secret. Give a string, a Uint8Array or a secret KeyObject.',
    ],
    [
      'a Uint16Array',
      new Uint16Array(64),
      'keys.secret: a Uint16Array is not a secret. Give a string, a Uint8Array or a secret KeyObject.',
    ],
    [
      'a parsed JWK',
      { kty: 'oct', k: 'AAAA' },
      'keys.secret: an object is not a secret. Give a string, a Uint8Array or a secret KeyObject.',
    ],
    ['31 bytes', 's'.repeat(31), few(31, 'HS256', 32)],
    ['31 bytes in a KeyObject', createSecretKey(Buffer.alloc(31)), few(31, 'HS256', 32)],
    ['no bytes', new Uint8Array(0), few(0, 'HS256', 32)],
    [
      'a public KeyObject',
      rsa.publicKey,
      `keys.secret: a public KeyObject is not a shared secret: ${confusion}`,
    ],
    [
      'a private KeyObject',
      rsa.privateKey,
      `keys.secret: a private KeyObject is not a shared secret: ${confusion}`,
    ],
    ['PEM', pem, keyText],
    ['PEM behind a byte order mark', `\uFEFF\n ${pem}`, keyText],
    ['PEM in bytes', Buffer.from(pem), keyText],
    ['PEM in bytes behind a byte order mark', Buffer.from(`\uFEFF${pem}`), keyText],
    ['PEM in a secret KeyObject', createSecretKey(Buffer.from(pem)), keyText],
    ['a private PEM', pemOf(rsa.privateKey), keyText],
    ['DER', der, keyText],
    ['DER in Base64', der.toString('base64'), keyText],
    ['JWK text', JSON.stringify(jwkOf(rsa.publicKey)), jwkText],
    ['JWK text behind white space', ` \n${JSON.stringify(jwkOf(rsa.publicKey))}`, jwkText],
    [
      'JWK Set text in bytes',
      Buffer.from(JSON.stringify({ keys: [jwkOf(rsa.publicKey)] })),
      jwkText,
    ],
    [
      'a placeholder',
      'changeme-changeme-changeme-changeme',
      'keys.secret: a placeholder is not a secret. Make one: openssl rand -base64 48.',
    ],
  ])('%s is refused as a secret', (_what, secret, line) => {
    expect(faultsOfIssuer({ keys: { secret }, algorithms: ['HS256'] })).toEqual([
      `issuers[0].${line}`,
    ]);
  });

  it.each([
    [['HS256', 'HS384'], 47, few(47, 'HS384', 48)],
    [['HS256', 'HS512', 'HS384'], 40, few(40, 'HS512', 64)],
  ])('is as long as %p wants', (algorithms, length, line) => {
    const keys = { secret: 's'.repeat(length) };
    expect(faultsOfIssuer({ keys, algorithms })).toEqual([`issuers[0].${line}`]);
  });
});

describe('keys.publicKey', () => {
  const other = 'Ask the issuer which key signs its access tokens.';
  const pem = pemOf(rsa.publicKey);
  const short = `the key is an RSA key of 1024 bits, shorter than the 2048 that RFC 7518 demands. ${other}`;
  const unreadable =
    'the PEM text can’t be read as a public key. Copy all of it, from its BEGIN to its END line.';
  const lost =
    'a private key, which only the issuer may hold. Give its public key, and replace this pair if it has left the issuer.';
  const notPem =
    'the text is not PEM, which begins with "-----BEGIN PUBLIC KEY-----" or "-----BEGIN CERTIFICATE-----".';
  const oneLine =
    'the PEM text is in one line. It needs a line break after its BEGIN line and one before its END line.';
  const unusable = (kind: string): string =>
    `the key is of the kind ${kind}, which no accepted algorithm can use. ${other}`;
  it.each<readonly [what: string, publicKey: unknown, message: string]>([
    ['empty', '', `"" is empty. ${NOT_SET}`],
    ['null', null, `null is not a string. ${NOT_SET}`],
    ['no PEM', 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A', notPem],
    ['cut off', `${pem.slice(0, 120)}\n-----END PUBLIC KEY-----`, unreadable],
    [
      'another PEM',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
      unreadable,
    ],
    [
      'PEM from an environment variable',
      pem.replaceAll('\n', '\\n'),
      String.raw`the PEM text has the two characters \n in place of line breaks. Restore them: text.replaceAll('\\n', '\n').`,
    ],
    ['PEM in one line', pem.trim().replaceAll('\n', ' '), oneLine],
    ['PEM in one line without spaces', pem.replaceAll('\n', ''), oneLine],
    [
      'two in one',
      pem + pemOf(p256.publicKey),
      'the text holds 2 PEM blocks, and only the first would be read. Make each an element of a list.',
    ],
    [
      'an address',
      'https://idp.example/jwks',
      'an address is not a public key. Put the address of a JWK Set into keys.jwksUri.',
    ],
    [
      'JWK text',
      JSON.stringify(jwkOf(rsa.publicKey)),
      'a JSON text is not a PEM text. Parse a JWK Set and put it into keys.jwks.',
    ],
    [
      'a JWK',
      jwkOf(rsa.publicKey),
      'an object is not a public key. Give PEM text or a KeyObject; a JWK goes into keys.jwks.',
    ],
    [
      'a pattern',
      /x/,
      'a regular expression is not a string. Strings are compared exactly: use a list, or a predicate in requiredClaims.',
    ],
    ['a private PEM', pemOf(rsa.privateKey), lost],
    [
      'an encrypted private PEM',
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----',
      lost,
    ],
    [
      'a private KeyObject',
      rsa.privateKey,
      'the key is a private key, which only the issuer may hold. Give its public part: crypto.createPublicKey(key).',
    ],
    [
      'a secret KeyObject',
      createSecretKey(Buffer.alloc(64)),
      'the key is a shared secret, not a public key. Put it into keys.secret.',
    ],
    ['short RSA', shortRsa.publicKey, short],
    ['short RSA in PEM', pemOf(shortRsa.publicKey), short],
    ['short RSA-PSS', PAIRS.shortPss.publicKey, short],
    ['X25519', x25519.publicKey, unusable('x25519')],
    ['DSA', pemOf(dsa.publicKey), unusable('dsa')],
    ['secp256k1', secp256k1.publicKey, unusable('ec secp256k1')],
    [
      'a KeyObject behind a proxy',
      new Proxy(rsa.publicKey, {}),
      'a KeyObject is not a public key. Give PEM text or a KeyObject; a JWK goes into keys.jwks.',
    ],
  ])('%s is refused as a public key', (_what, publicKey, message) => {
    expect(faultsOfIssuer({ keys: { publicKey } })).toEqual([
      `issuers[0].keys.publicKey: ${message}`,
    ]);
    expect(faultsOfIssuer({ keys: { publicKey: [p256.publicKey, publicKey] } })).toEqual([
      `issuers[0].keys.publicKey[1]: ${message}`,
    ]);
  });

  it('a CryptoKey', async () => {
    const { publicKey } = await crypto.subtle.generateKey(
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['sign', 'verify'],
    );
    expect(faultsOfIssuer({ keys: { publicKey } })).toEqual([
      'issuers[0].keys.publicKey: a CryptoKey is not a KeyObject. Convert it with KeyObject.from().',
    ]);
  });

  it('none at all', () => {
    expect(faultsOfIssuer({ keys: { publicKey: [] } })).toEqual([
      'issuers[0].keys.publicKey: the list is empty. Give at least one key.',
    ]);
  });

  it('keys and algorithms of which some have no counterpart are accepted', () => {
    const both: readonly KeyObject[] = [rsa.publicKey, p256.publicKey];
    expect(faultsOfIssuer({ algorithms: ['RS256'], keys: { publicKey: both } })).toEqual([]);
    const publicKey = rsa.publicKey;
    expect(faultsOfIssuer({ algorithms: ['ES256', 'RS256'], keys: { publicKey } })).toEqual([]);
  });
});

// RFC 7517 section 5, RFC 7518 section 6.
describe('keys.jwks', () => {
  const useless =
    'keys.jwks: no key in the set can verify a signature. Put in the keys that the issuer signs access tokens with.';
  const good = jwkOf(p256.publicKey);
  refuses([
    [
      'text',
      { keys: { jwks: '{"keys":[]}' } },
      ['keys.jwks: a string is not a JWK Set. Parse its text with JSON.parse().'],
    ],
    [
      'a list',
      { keys: { jwks: [good] } },
      ['keys.jwks: a list is not a JWK Set. Write { keys: [...] }.'],
    ],
    [
      'null',
      { keys: { jwks: null } },
      ['keys.jwks: null is not a JWK Set. Write { keys: [...] }.'],
    ],
    [
      'an object',
      { keys: { jwks: { keys: {} } } },
      ['keys.jwks: an object is not a JWK Set. Write { keys: [...] }.'],
    ],
    [
      'a single key',
      { keys: { jwks: good } },
      ['keys.jwks: a single key is not a JWK Set. Write { keys: [key] }.'],
    ],
    [
      'empty',
      { keys: { jwks: { keys: [] } } },
      ['keys.jwks.keys: the list is empty. Put in the public keys of the issuer.'],
    ],
    [
      'for encryption alone',
      {
        keys: {
          jwks: {
            keys: [
              { ...good, use: 'enc' },
              { ...good, key_ops: ['sign'] },
              jwkOf(x25519.publicKey),
              jwkOf(secp256k1.publicKey),
              { kty: 'NEW' },
            ],
          },
        },
      },
      [useless],
    ],
    [
      'with holes',
      { keys: { jwks: { keys: Object.assign(Array(2), { 1: good }) } } },
      ['keys.jwks.keys: the list has holes. Give every element a value.'],
    ],
    ['for another algorithm', { keys: { jwks: { keys: [{ ...good, alg: 'ES384' }] } } }, [useless]],
    [
      'nothing but a certificate',
      { keys: { jwks: { keys: [{ kty: 'RSA', x5c: ['MIIB'] }] } } },
      [
        'keys.jwks.keys[0]: a certificate ("x5c") without the key itself, and certificates are not read: RSA needs "n" and "e", EC "crv", "x" and "y". Copy the key whole.',
      ],
    ],
    [
      'nothing but entries that do harm',
      {
        keys: {
          jwks: {
            keys: [
              null,
              'x',
              jwkOf(p256.privateKey),
              { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AA', priv: 'AA' },
              { kty: 'oct', k: 'AA' },
              jwkOf(shortRsa.publicKey),
              { kty: 'RSA', n: 5 },
              { ...good, y: good['x'] },
            ],
          },
        },
      },
      [
        'keys.jwks.keys[0]: null is not a JSON Web Key. Remove it.',
        'keys.jwks.keys[1]: a string is not a JSON Web Key. Remove it.',
        'keys.jwks.keys[2]: a private key, which only the issuer may hold. Give its public key, and replace this pair if it has left the issuer.',
        'keys.jwks.keys[3]: a private key, which only the issuer may hold. Give its public key, and replace this pair if it has left the issuer.',
        'keys.jwks.keys[4]: a symmetric key is not a public key. Put a shared secret into keys.secret.',
        'keys.jwks.keys[5]: the key is an RSA key of 1024 bits, shorter than the 2048 that RFC 7518 demands. Ask the issuer for a stronger one.',
        'keys.jwks.keys[6]: the key cannot be read. Copy it whole.',
        'keys.jwks.keys[7]: the key cannot be read. Copy it whole.',
      ],
    ],
  ]);
});

describe('keys that prove nothing', () => {
  it.each(Object.values(WEAK_JWKS))('%j', ({ jwk, why }) => {
    const [inSet, ...others] = faultsOfIssuer({ keys: { jwks: { keys: [jwk] } } });
    expect(inSet).toContain(`issuers[0].keys.jwks.keys[0]: the key ${why}`);
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    const [alone, ...more] = faultsOfIssuer({ keys: { publicKey } });
    expect(alone).toContain(`issuers[0].keys.publicKey: the key ${why}`);
    expect([...others, ...more]).toEqual([]);
  });
});

describe('keys.jwksFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jwks-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  it.each<readonly [what: string, path: unknown, message: string]>([
    ['empty', '', `"" is empty. ${NOT_SET}`],
    ['no string', 5, '5 is not a string. Write it in quotes.'],
    [
      'absent',
      '/nowhere/jwks.json',
      '"/nowhere/jwks.json" cannot be read (ENOENT). Give the path of a JWK Set this process may read.',
    ],
    [
      'impossible',
      'a\0b',
      '"a\\u0000b" cannot be read (ERR_INVALID_ARG_VALUE). Give the path of a JWK Set this process may read.',
    ],
    ['a folder', '/', '"/" is not a file. Give the path of a JWK Set.'],
    [
      'the set itself',
      '{"keys":[]}',
      'a JSON text is not a path. A JWK Set itself goes into keys.jwks.',
    ],
  ])('%s is refused as a file of keys', (_what, jwksFile, message) => {
    expect(faultsOfIssuer({ keys: { jwksFile } })).toEqual([
      `issuers[0].keys.jwksFile: ${message}`,
    ]);
  });

  it.each<readonly [name: string, content: string, message: string]>([
    ['a', 'not JSON', 'is not a JSON file. Write a JWK Set into it.'],
    ['b', '', 'is not a JSON file. Write a JWK Set into it.'],
    ['c', 'null', 'holds no JWK Set. Write { "keys": [...] } into it.'],
    ['d', '{"keys":{}}', 'holds no JWK Set. Write { "keys": [...] } into it.'],
    [
      'e',
      JSON.stringify(jwkOf(p256.publicKey)),
      'holds no JWK Set. Write { "keys": [...] } into it.',
    ],
    [
      'f',
      JSON.stringify({ keys: [jwkOf(p256.privateKey)] }),
      'holds private or symmetric keys. Write only public keys into it.',
    ],
    [
      'g',
      JSON.stringify({ keys: [{ kty: 'oct', k: 'AA' }] }),
      'holds private or symmetric keys. Write only public keys into it.',
    ],
  ])('holding something else: %s', (name, content, message) => {
    const jwksFile = file(name, content);
    const shown = jwksFile.length > 80 ? `${jwksFile.slice(0, 80)}…` : jwksFile;
    expect(faultsOfIssuer({ keys: { jwksFile } })).toEqual([
      `issuers[0].keys.jwksFile: "${shown}" ${message}`,
    ]);
  });

  it('is accepted with a set, even one that has no key yet', () => {
    for (const keys of [[jwkOf(p256.publicKey)], []]) {
      const jwksFile = file('good', JSON.stringify({ keys }));
      expect(faultsOfIssuer({ keys: { jwksFile } })).toEqual([]);
    }
  });
});
