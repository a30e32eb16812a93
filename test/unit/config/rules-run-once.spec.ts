import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it, jest } from '@jest/globals';
import { PAIRS, pemOf } from './key-material.js';

/** What the real functions were asked for. */
const files: unknown[] = [];
const keys: unknown[] = [];
jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  readFileSync: (path: string) => {
    files.push(path);
    return fs.readFileSync(path);
  },
}));
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  createPublicKey: (key: string) => {
    keys.push(key);
    return crypto.createPublicKey(key);
  },
}));
const { faultsOf, faultsOfIssuer } = await import('./faults-of.js');

const folder = fs.mkdtempSync(join(tmpdir(), 'jwks-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeEach(() => {
  files.length = 0;
  keys.length = 0;
});

const CUT_OFF = `${pemOf(PAIRS.rsa.publicKey).slice(0, 120)}\n-----END PUBLIC KEY-----`;

it.each([{}, { algorithms: ['RS256'] }])('a faulty PEM text is read once: %j', (terms) => {
  expect(faultsOfIssuer({ ...terms, keys: { publicKey: CUT_OFF } })).toEqual([
    'issuers[0].keys.publicKey: the PEM text can’t be read as a public key. Copy all of it, from its BEGIN to its END line.',
  ]);
  expect(keys).toEqual([CUT_OFF]);
});

it('so is each of a list', () => {
  const good = pemOf(PAIRS.p256.publicKey);
  expect(faultsOfIssuer({ algorithms: ['ES256'], keys: { publicKey: [good, CUT_OFF] } })).toEqual([
    'issuers[0].keys.publicKey[1]: the PEM text can’t be read as a public key. Copy all of it, from its BEGIN to its END line.',
  ]);
  expect(keys).toEqual([good, CUT_OFF]);
});

it.each(['not JSON', '{"keys":{}}', '{"keys":[{"kty":"oct","k":"AA"}]}'])(
  'a faulty file is read once: %s',
  (content) => {
    const jwksFile = join(folder, 'jwks.json');
    fs.writeFileSync(jwksFile, content);
    expect(faultsOfIssuer({ algorithms: ['RS256'], keys: { jwksFile } })).toHaveLength(1);
    expect(files).toEqual([jwksFile]);
  },
);

it('a faulty observer is looked at once', () => {
  let reads = 0;
  const observer = {
    get refused(): boolean {
      reads++;
      return true;
    },
  };
  expect(faultsOf({ audience: 'api', issuers: ['https://idp.example'], observer })).toEqual([
    'observer.refused: a boolean is not a function.',
  ]);
  expect(reads).toBe(1);
});
