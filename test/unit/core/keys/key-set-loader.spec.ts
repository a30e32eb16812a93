import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { HttpFetch } from 'nestjs-trusted-issuers';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULTS } from '../../../../src/config/defaults.js';
import {
  discoveredKeySet,
  keySetAt,
  keySetInFile,
} from '../../../../src/core/keys/key-set-loader.js';
import { isKeyIdForAddress, publicKeyAt } from '../../../../src/core/keys/public-key-loader.js';
import { MovableClock } from '../../../support/movable-clock.js';

const DUE = { isForUnknownKey: false };
const UNKNOWN = { isForUnknownKey: true };
const ISSUER = 'https://issuer.example';
const METADATA = `${ISSUER}/.well-known/openid-configuration`;
const [A, B] = [`${ISSUER}/a`, `${ISSUER}/b`];

/** What is answered at each address: a document, a status, or what a function does. */
type Web = Record<string, unknown>;

describe('Loading a key set', () => {
  let web: Web;
  let asked: string[];
  beforeEach(() => {
    web = {};
    asked = [];
  });
  const fetch: HttpFetch = async (url) => {
    asked.push(url);
    const answer = web[url] ?? 404;
    if (answer instanceof Error) throw answer;
    if (typeof answer === 'number') return new Response(null, { status: answer }) as never;
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return new Response(body, { headers: { 'cache-control': 'max-age=77' } }) as never;
  };
  const http = { ...DEFAULTS.http, timeoutMs: 1_000, fetch };

  describe('from an address', () => {
    it('gives the document, and how long the server says it is fresh', async () => {
      web[A] = { keys: [] };
      expect(await keySetAt(A, http)(DUE)).toEqual({ document: { keys: [] }, freshSeconds: 77 });
    });

    it('fails as the request does', async () => {
      await expect(keySetAt(A, http)(DUE)).rejects.toThrow(`${A} cannot be read`);
      web[A] = 'no JSON';
      await expect(keySetAt(A, http)(DUE)).rejects.toThrow(`${A} did not answer with JSON`);
    });

    it('is given up when the time is over, and the request is told', async () => {
      let told: AbortSignal | undefined;
      const never: HttpFetch = (_url, { signal }) => {
        told = signal;
        return new Promise(() => {});
      };
      await expect(keySetAt(A, { ...http, timeoutMs: 20, fetch: never })(DUE)).rejects.toThrow(
        'no complete answer within 20 ms',
      );
      expect(told?.aborted).toBe(true);
    });
  });

  describe('by discovery', () => {
    let clock: MovableClock;
    beforeEach(() => {
      clock = new MovableClock();
      web = { [METADATA]: { issuer: ISSUER, jwks_uri: A }, [A]: 'a', [B]: { keys: ['b'] } };
      web[A] = { keys: ['a'] };
    });
    const load = () => discoveredKeySet(ISSUER, undefined, http, clock);
    const move = (): void => void (web[METADATA] = { issuer: ISSUER, jwks_uri: B });

    it('reads the metadata, then the set that it names', async () => {
      expect(await load()(DUE)).toEqual({ document: { keys: ['a'] }, freshSeconds: 77 });
      expect(asked).toEqual([METADATA, A]);
    });

    it('reads another document where one is configured', async () => {
      const documentUrl = `${ISSUER}/metadata`;
      web[documentUrl] = { issuer: ISSUER, jwks_uri: B };
      await discoveredKeySet(ISSUER, documentUrl, http, clock)(DUE);
      expect(asked).toEqual([documentUrl, B]);
    });

    it('allows an insecure address where that is configured', async () => {
      const issuer = 'http://issuer.example';
      web[`${issuer}/.well-known/openid-configuration`] = { issuer, jwks_uri: `${issuer}/jwks` };
      web[`${issuer}/jwks`] = { keys: [] };
      const allowing = { ...http, allowInsecure: true };
      await discoveredKeySet(issuer, undefined, allowing, clock)(DUE);
      await expect(discoveredKeySet(issuer, undefined, http, clock)(DUE)).rejects.toThrow(
        'is an insecure one',
      );
    });

    it('for an unknown key goes where the set was found lately, else reads the metadata again', async () => {
      const loading = load();
      await loading(UNKNOWN);
      move();
      clock.advance(599.999);
      expect(await loading(UNKNOWN)).toMatchObject({ document: { keys: ['a'] } });
      expect(asked).toEqual([METADATA, A, A]);
      clock.advance(0.001);
      expect(await loading(UNKNOWN)).toMatchObject({ document: { keys: ['b'] } });
      expect(asked.slice(3)).toEqual([METADATA, B]);
    });

    it('otherwise reads the metadata each time', async () => {
      const loading = load();
      await loading(DUE);
      move();
      expect(await loading(DUE)).toMatchObject({ document: { keys: ['b'] } });
    });

    it('where a proxy gave the metadata and the keys can’t be fetched: says why that may be', async () => {
      web[METADATA] = { issuer: ISSUER, jwks_uri: 'https://keys.example/jwks' };
      const byProxy: HttpFetch = async (...args) =>
        Object.assign(await fetch(...args), { reached: 'public', isProxied: true });
      const loading = discoveredKeySet(ISSUER, undefined, { ...http, fetch: byProxy }, clock);
      await expect(loading(DUE)).rejects.toMatchObject({
        message: expect.stringContaining(
          'the proxy of the environment is not asked for keys.example',
        ),
        cause: { message: 'https://keys.example/jwks cannot be read' },
      });
    });

    it('forgets the place after a failure', async () => {
      const loading = load();
      await loading(DUE);
      web[A] = 500;
      await expect(loading(UNKNOWN)).rejects.toThrow(`${A} cannot be read`);
      move();
      expect(await loading(UNKNOWN)).toMatchObject({ document: { keys: ['b'] } });
    });
  });

  describe('from a file', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'key-set-loader-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('gives what is in it, whatever else is before it, and reads it again in a minute', async () => {
      const path = join(folder, 'good.json');
      await writeFile(path, '\uFEFF{"keys":[]}');
      expect(await keySetInFile(path, http)(DUE)).toEqual({
        document: { keys: [] },
        freshSeconds: 60,
      });
    });

    it('fails where there is none, or no JSON in it, which is not repeated', async () => {
      const path = join(folder, 'bad.json');
      await expect(keySetInFile(path, http)(DUE)).rejects.toMatchObject({ code: 'ENOENT' });
      await writeFile(path, '{hush');
      await expect(keySetInFile(path, http)(DUE)).rejects.toThrow(
        new Error(`${path} is not a JSON file`),
      );
    });
  });

  describe('of one key by its name', () => {
    const TEMPLATE = 'https://keys.example/{kid}/pem?code=hush';
    const URL_OF_KEY = 'https://keys.example/k-1_A/pem?code=hush';
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const load = (keyId = 'k-1_A') => publicKeyAt(TEMPLATE, keyId, http)(DUE);

    it('gives a set of it alone, and how long the server says it is fresh', async () => {
      web[URL_OF_KEY] = `\n${pem}`;
      expect(await load()).toEqual({
        document: {
          keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k-1_A', use: 'sig' }],
        },
        freshSeconds: 77,
      });
      expect(asked).toEqual([URL_OF_KEY]);
    });

    it.each([403, 404, 410])(
      'gives an empty set where status %d says that it is not there',
      async (status) => {
        web[URL_OF_KEY] = status;
        expect(await load()).toEqual({ document: { keys: [] }, freshSeconds: undefined });
      },
    );

    it.each([401, 500, 503])('fails with status %d', async (status) => {
      web[URL_OF_KEY] = status;
      await expect(load()).rejects.toThrow('https://keys.example/k-1_A/pem cannot be read');
    });

    it('fails where nothing answers', async () => {
      web[URL_OF_KEY] = new Error('down');
      await expect(load()).rejects.toMatchObject({ cause: { message: 'down' } });
    });

    it('fails where what is there is no public key, and does not repeat it', async () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const ofPrivate = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const broken = '-----BEGIN PUBLIC KEY-----\nhush\n-----END PUBLIC KEY-----';
      for (const text of ['hush', `hush ${pem}`, ofPrivate, broken]) {
        web[URL_OF_KEY] = text;
        await expect(load()).rejects.toThrow(
          new Error('https://keys.example/k-1_A/pem did not answer with a public key as PEM text'),
        );
      }
    });

    it.each([
      ['letters, digits, - and _', 'aZ09-_', true],
      ['64 characters', 'a'.repeat(64), true],
      ['65 characters', 'a'.repeat(65), false],
      ['nothing', '', false],
      ['a path', '../a', false],
      ['a pattern of replace()', '$&', false],
      ['a line break behind it', 'a\n', false],
      ['something before it', '/a', false],
    ])('a name of %s may be put into an address: or not', (_what, keyId, may) => {
      expect(isKeyIdForAddress(keyId)).toBe(may);
    });
  });
});
