import { beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { HttpFetch, TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { resolveTrustedIssuer } from '../../../../src/config/resolved-issuer.js';
import { createKeySource } from '../../../../src/core/keys/create-key-source.js';
import type { KeyRequest, VerificationKey } from '../../../../src/core/keys/key-source.js';
import { AuthEvents } from '../../../../src/core/observability/auth-events.js';
import { edKey } from '../../../support/key-place.js';
import { MovableClock } from '../../../support/movable-clock.js';
import { ISSUER, type Told, told } from '../../../support/told.js';

const METADATA = `${ISSUER}/.well-known/openid-configuration`;
const request = (algorithm: string, keyId?: string): KeyRequest => ({
  algorithm,
  keyId,
  expired: false,
});

describe('The key source of an issuer', () => {
  let telling: Told;
  let clock: MovableClock;
  /** What is served at each address. */
  let web: Record<string, object>;
  let asked: string[];
  beforeEach(() => {
    telling = told();
    clock = new MovableClock();
    web = {};
    asked = [];
  });
  const fetch: HttpFetch = async (url) => {
    asked.push(url);
    return new Response(JSON.stringify(web[url]), { status: web[url] ? 200 : 404 }) as never;
  };
  const sourceOf = (keys?: TrustedIssuerConfig['keys']) =>
    createKeySource(
      resolveTrustedIssuer({ issuer: ISSUER, http: { fetch }, ...(keys && { keys }) }),
      { clock, events: new AuthEvents({ observers: [] }) },
    );
  const idsOf = (keys: readonly VerificationKey[]) => keys.map(({ keyId = 'none' }) => keyId);
  const find = async (source: ReturnType<typeof sourceOf>, keyId?: string, algorithm = 'EdDSA') =>
    idsOf(await source.find(request(algorithm, keyId)));

  describe('in the configuration', () => {
    it('jwks: has the keys of the set, and names in the log what is ignored', async () => {
      const source = sourceOf({ jwks: { keys: [null, edKey({ kid: 'a' })] as never } });
      expect(await find(source, 'a')).toEqual(['a']);
      expect([source.isRemote, source.refresh]).toEqual([false, undefined]);
      expect(source.status()).toMatchObject({ state: 'static', keys: 1 });
      expect(telling.log.text('warn')).toContain(
        `keys of ${ISSUER} ignored: keys[0]: not an object`,
      );
    });

    it('jwks: what proves useless when a token needs it is named then', () => {
      const first = Array.from({ length: 100 }, (_, at) => edKey({ kid: `k${at}` }));
      const source = sourceOf({
        jwks: { keys: [...first, edKey({ kid: 'b', x: 'AA' })] as never },
      });
      telling.log.clear();
      expect(source.find(request('EdDSA', 'b'))).toEqual([]);
      expect(telling.log.text('warn')).toContain('ignored: keys[100]: not a key');
    });

    it('jwks: has no key where it is no set', async () => {
      expect(await find(sourceOf({ jwks: 'none' as never }))).toEqual([]);
    });

    it('publicKey: one or several, as they are given', async () => {
      const [a, b] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
      const pem = b.publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const one = (await sourceOf({ publicKey: a.publicKey }).find(
        request('EdDSA'),
      )) as VerificationKey[];
      expect(one).toMatchObject([{ keyId: undefined, algorithms: ['EdDSA', 'Ed25519'] }]);
      expect(one[0]?.key).toBe(a.publicKey);
      const both = await sourceOf({ publicKey: [a.publicKey, pem] }).find(request('EdDSA', 'k'));
      expect(both.map(({ key }) => key.equals(b.publicKey))).toEqual([false, true]);
      expect(telling.log.lines).toEqual([]);
    });

    it('publicKey: says in the log that not all of many are tried', () => {
      const publicKey = Array.from({ length: 17 }, () => generateKeyPairSync('ed25519').publicKey);
      sourceOf({ publicKey });
      expect(telling.log.text('warn')).toContain(
        `keys of ${ISSUER} ignored: for a token without a kid, keys beyond the first 16 of EdDSA`,
      );
    });

    it.each<[string, (bytes: Buffer) => string | Uint8Array | KeyObject]>([
      ['text', (bytes) => bytes.toString()],
      ['bytes', (bytes) => bytes],
      ['a KeyObject', (bytes) => createSecretKey(bytes)],
    ])('secret: as %s', async (_form, formOf) => {
      const bytes = Buffer.from('ä secret of enough bytes for SHA-256');
      const [found] = await sourceOf({ secret: formOf(bytes) }).find(request('HS256', 'k'));
      expect(found).toMatchObject({ keyId: undefined, algorithms: ['HS256'] });
      const digest = (key: Buffer | KeyObject) =>
        createHmac('sha256', key).update('a').digest('hex');
      expect(digest(found?.key as KeyObject)).toBe(digest(bytes));
      expect(await find(sourceOf({ secret: formOf(bytes) }), undefined, 'HS384')).toEqual([]);
    });

    it('gives what was not tried, holds its keys, and offers them', async () => {
      const source = sourceOf({ jwks: { keys: [edKey({ kid: 'a' }), edKey()] as never } });
      const [a, none] = source.find(request('EdDSA', 'a')) as [VerificationKey, VerificationKey];
      expect(source.findMore(request('EdDSA', 'a'), [a])).toEqual([none]);
      expect(source.findMore(request('EdDSA', 'a'), [a, none])).toEqual([]);
      expect([a, { ...a }].map((key) => source.isCurrent(key, 0))).toEqual([true, false]);
      expect(await source.all()).toEqual([a, none]);
      expect(source.offer(request('RS256', 'a'))).toMatchObject({
        algorithmsOfNamed: ['EdDSA', 'Ed25519'],
        hasAlgorithm: false,
      });
    });
  });

  describe('that is fetched', () => {
    it('by discovery, where nothing is said', async () => {
      web[METADATA] = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` };
      web[`${ISSUER}/jwks`] = { keys: [edKey({ kid: 'a' })] };
      const source = sourceOf();
      expect([source.isRemote, asked]).toEqual([true, []]);
      expect(await find(source, 'a')).toEqual(['a']);
      expect(asked).toEqual([METADATA, `${ISSUER}/jwks`]);
    });

    it('by discovery from a document', async () => {
      const discovery = `${ISSUER}/metadata`;
      await expect(find(sourceOf({ discovery }))).rejects.toMatchObject({
        code: 'keys_unavailable',
      });
      expect(asked).toEqual([discovery]);
      expect(telling.log.text('error')).toContain(
        `cannot fetch the keys of ${ISSUER}: ${discovery}`,
      );
    });

    it('from one address, or several at once', async () => {
      const [one, two] = [`${ISSUER}/1`, `${ISSUER}/2`];
      web = { [one]: { keys: [edKey({ kid: 'a' })] }, [two]: { keys: [edKey({ kid: 'b' })] } };
      expect(await find(sourceOf({ jwksUri: one }), 'a')).toEqual(['a']);
      expect(asked.splice(0)).toEqual([one]);
      const source = sourceOf({ jwksUri: [one, two] });
      expect(source.isRemote).toBe(true);
      expect(await find(source, 'b')).toEqual(['b']);
      expect(asked).toEqual([one, two]);
    });

    it('from a file, which takes no other machine', async () => {
      const source = sourceOf({ jwksFile: '/nowhere/keys.json' });
      expect(source.isRemote).toBe(false);
      await expect(find(source)).rejects.toMatchObject({ code: 'keys_unavailable' });
      expect(asked).toEqual([]);
    });

    it('one by one, each by its name', async () => {
      const source = sourceOf({ publicKeyUri: `${ISSUER}/{kid}` });
      expect(source.isRemote).toBe(true);
      expect(await find(source, 'a')).toEqual([]);
      expect(asked).toEqual([`${ISSUER}/a`]);
    });
  });
});
