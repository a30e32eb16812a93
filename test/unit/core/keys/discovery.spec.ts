import { describe, expect, it } from '@jest/globals';
import {
  discoverIntrospection,
  discoverKeys,
  type DiscoveryTerms,
  metadataUrls,
} from '../../../../src/core/keys/discovery.js';
import type { FetchedJson, GetJson } from '../../../../src/core/keys/json-fetcher.js';

const ISSUER = 'https://issuer.example/a';
const OPENID = `${ISSUER}/.well-known/openid-configuration`;
const OAUTH = 'https://issuer.example/.well-known/oauth-authorization-server/a';
const KEYS = 'https://keys.example/jwks';

/** A web of these documents, and what was asked of it. */
function web(
  documents: Readonly<Record<string, unknown>>,
  came: Partial<FetchedJson['response']> = {},
): { readonly asked: string[]; readonly get: GetJson } {
  const asked: string[] = [];
  const get: GetJson = async (url) => {
    asked.push(url);
    if (!Object.hasOwn(documents, url)) throw new Error(`${url} is not there`);
    return { json: documents[url], response: { headers: new Headers(), ...came } };
  };
  return { asked, get };
}

const terms = (more: Partial<DiscoveryTerms> = {}): DiscoveryTerms => ({
  issuer: ISSUER,
  documentUrl: undefined,
  allowInsecure: false,
  ...more,
});
const metadata = (members: object = {}) => ({ issuer: ISSUER, jwks_uri: KEYS, ...members });

describe('Where the metadata of an issuer is', () => {
  it.each([
    ['https://a.example', '', ''],
    ['https://a.example/', '', ''],
    ['https://a.example/b', '/b', '/b'],
    ['https://a.example/b/c/', '/b/c', '/b/c'],
    ['http://127.0.0.1:8080/b', '/b', '/b'],
  ])('%s: by OpenID Connect, then by RFC 8414', (issuer, before, behind) => {
    const { origin } = new URL(issuer);
    expect(metadataUrls(issuer)).toEqual([
      `${origin}${before}/.well-known/openid-configuration`,
      `${origin}/.well-known/oauth-authorization-server${behind}`,
    ]);
  });

  it('the first document that is good is taken, and the other not asked for', async () => {
    const { asked, get } = web({ [OPENID]: metadata(), [OAUTH]: metadata() });
    expect(await discoverKeys(terms(), get)).toEqual({ url: KEYS, guard: undefined });
    expect(asked).toEqual([OPENID]);
  });

  it('where the first is none, the second counts', async () => {
    for (const first of [{}, { [OPENID]: metadata({ jwks_uri: 7 }) }]) {
      const { asked, get } = web({ ...first, [OAUTH]: metadata() });
      expect(await discoverKeys(terms(), get)).toMatchObject({ url: KEYS });
      expect(asked).toEqual([OPENID, OAUTH]);
    }
  });

  it('a configured document is the only one', async () => {
    const documentUrl = 'https://other.example/metadata';
    const { asked, get } = web({ [documentUrl]: metadata(), [OPENID]: metadata() });
    expect(await discoverKeys(terms({ documentUrl }), get)).toMatchObject({ url: KEYS });
    const none = web({ [OPENID]: metadata() });
    await expect(discoverKeys(terms({ documentUrl }), none.get)).rejects.toThrow(
      `${documentUrl} is not there`,
    );
    expect([asked, none.asked]).toEqual([[documentUrl], [documentUrl]]);
  });

  it('where both fail, both failures are told, also one that is no error', async () => {
    const { get } = web({});
    const failing: GetJson = (url) => (url === OPENID ? get(url) : Promise.reject('a text'));
    await expect(discoverKeys(terms(), failing)).rejects.toMatchObject({
      message: `${OPENID} is not there; something other than an error was thrown`,
      errors: [{ message: `${OPENID} is not there` }, 'a text'],
    });
  });
});

describe('What metadata must say', () => {
  const documentUrl = OPENID;
  const reading = (document: unknown, more: Partial<DiscoveryTerms> = {}) =>
    discoverKeys(terms({ documentUrl, ...more }), web({ [OPENID]: document }).get);

  it.each([null, 'text', 7])('more than %j', async (document) => {
    await expect(reading(document)).rejects.toThrow(`${OPENID} is not a metadata document`);
  });

  // RFC 8414 section 3.3.
  it('the very issuer', async () => {
    await expect(reading(metadata({ issuer: `${ISSUER}/` }))).rejects.toThrow(
      `${OPENID} names the issuer "${ISSUER}/", and the configuration says "${ISSUER}"`,
    );
    await expect(reading(metadata({ issuer: undefined }))).rejects.toThrow(
      'names the issuer undefined, and',
    );
  });

  it('of two that are long, as much is shown as tells where they differ', async () => {
    const issuer = `https://issuer.example/${'a'.repeat(150)}`;
    await expect(
      reading(metadata({ issuer: `${issuer}b` }), { issuer: `${issuer}c` }),
    ).rejects.toThrow(`names the issuer "${issuer}b", and the configuration says "${issuer}c"`);
  });

  it.each([undefined, null, 7, '/jwks', '', [KEYS]])('a jwks_uri, and not %j', async (jwks_uri) => {
    await expect(reading(metadata({ jwks_uri }))).rejects.toThrow(
      `${OPENID} has no usable "jwks_uri"`,
    );
  });

  it('one over the same scheme, whatever else is allowed', async () => {
    const jwks_uri = 'http://keys.example/jwks?code=hush';
    await expect(reading(metadata({ jwks_uri }), { allowInsecure: true })).rejects.toThrow(
      `the "jwks_uri" "http://keys.example/jwks?…" of ${OPENID} has another scheme, and keys are fetched over that of the metadata alone. ` +
        'Does the issuer know its public address, behind its proxy? Else name the address of the keys in keys.jwksUri',
    );
  });

  it('one that no attacker on the way can change, unless that is allowed', async () => {
    const issuer = 'http://127.0.0.1/a';
    const [url = ''] = metadataUrls(issuer);
    const ask = (jwks_uri: string, allowInsecure = false) =>
      discoverKeys(
        { issuer, documentUrl: url, allowInsecure },
        web({ [url]: { issuer, jwks_uri } }).get,
      );
    await expect(ask('http://keys.example/jwks')).rejects.toThrow(
      `the "jwks_uri" "http://keys.example/jwks" of ${url} is an insecure one: it must be https:, or on this machine`,
    );
    expect(await ask('http://keys.example/jwks', true)).toMatchObject({
      url: 'http://keys.example/jwks',
    });
    expect(await ask('http://127.0.0.1:1/jwks')).toMatchObject({ url: 'http://127.0.0.1:1/jwks' });
  });

  // RFC 8414 section 2.
  it('of introspection the same', async () => {
    const endpoint = 'https://issuer.example/introspect';
    const ask = (members: object) =>
      discoverIntrospection(
        terms({ documentUrl }),
        web({ [OPENID]: { issuer: ISSUER, ...members } }, { reached: 'public' }).get,
      );
    const found = await ask({ introspection_endpoint: endpoint });
    expect(found.url).toBe(endpoint);
    expect(() => found.guard?.checkHost('10.0.0.1')).toThrow('name it in introspection.endpoint');
    await expect(ask({ jwks_uri: KEYS })).rejects.toThrow('no usable "introspection_endpoint"');
    await expect(ask({ introspection_endpoint: 'http://a.example' })).rejects.toThrow(
      'and tokens are sent over that of the metadata alone. Does the issuer know its public address, behind its proxy? Else name the address of the introspection in introspection.endpoint',
    );
  });
});

describe('Where metadata may lead', () => {
  const led = (came: Partial<FetchedJson['response']>, jwks_uri = KEYS) =>
    discoverKeys(terms(), web({ [OPENID]: metadata({ jwks_uri }) }, came).get);

  it('is not limited where a function of the application fetches', async () => {
    expect(await led({})).toEqual({ url: KEYS, guard: undefined });
  });

  it.each([undefined, false])(
    'is limited to addresses of the kind it came from, and public ones (a proxy: %j)',
    async (isProxied) => {
      const { url, guard, remedy } = await led({
        reached: 'private',
        ...(isProxied !== undefined && { isProxied }),
      });
      expect([url, remedy]).toEqual([KEYS, undefined]);
      for (const host of ['10.0.0.1', '8.8.8.8'])
        expect(() => guard?.checkHost(host)).not.toThrow();
      expect(() => guard?.checkHost('127.0.0.1')).toThrow('name it in keys.jwksUri');
    },
  );

  it('is not limited within the origin of metadata that came through a proxy', async () => {
    const url = 'https://issuer.example/jwks';
    expect(await led({ reached: 'public', isProxied: true }, url)).toEqual({
      url,
      guard: undefined,
    });
  });

  it('is limited beyond it, and what may help is said', async () => {
    const { guard, remedy } = await led({ reached: 'public', isProxied: true });
    expect(() => guard?.checkHost('10.0.0.1')).toThrow('a private address');
    expect(remedy).toBe(
      'the proxy of the environment is not asked for keys.example, which only the metadata names; if that is right, name its address in keys.jwksUri',
    );
  });
});
