import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { validateConfig, validateTrustedIssuer } from '../../../src/config/validate-config.js';
import { resolveConfig, type ResolvedAuthConfig } from '../../../src/config/resolved-config.js';
import { faultsOf } from './faults-of.js';

const ORIGIN = 'https://api.example.com';
const RESOURCE = { resource: `${ORIGIN}/notes` };
const OWN = { issuer: 'https://idp.example', audience: 'api' };
const issuers = [OWN];
const secret = randomBytes(32);
const NO_ORIGIN =
  'missing. A proof names the address of the API, which is never taken from a request: give the origin, like "https://api.example.com", or resourceMetadata with the resource.';
const NO_MODULE_ORIGIN =
  'needs the origin of this API, which a proof names. Give the module dpop: { origin: "https://api.example.com" }, or dpop: {} where resourceMetadata is given.';

const dpopOf = (config: object): ResolvedAuthConfig['dpop'] =>
  resolveConfig(validateConfig({ issuers, ...config })).dpop;

describe('the option dpop', () => {
  it.each<[object]>([
    [{ dpop: {} }],
    [{ dpop: { mode: 'off' } }],
    [{ dpop: { mode: 'allowed', origin: ORIGIN } }],
    [{ dpop: { mode: 'required' }, resourceMetadata: RESOURCE }],
    [{ dpop: { origin: 'http://localhost:3000' } }],
    [{ dpop: { origin: ORIGIN, paths: [], algorithms: ['ES256', 'EdDSA'], maxAgeSeconds: 1 } }],
    [{ dpop: { origin: ORIGIN, maxFutureSeconds: 0, nonce: { secret, ttlSeconds: 10 } } }],
    [
      {
        dpop: {
          origin: ORIGIN,
          paths: [
            { from: '/', to: '/api/' },
            { from: '/a', to: '/' },
          ],
        },
      },
    ],
    [{ dpop: { replay: 'elsewhere' } }],
    [
      {
        dpop: {
          replay: new (class Store {
            reserve(): boolean {
              return true;
            }
          })(),
        },
      },
    ],
    [{ issuers: [{ ...OWN, dpop: 'required' }], resourceMetadata: RESOURCE }],
    [{ issuers: [{ ...OWN, dpop: 'off' }] }],
  ])('is sound: %j', (config) => {
    expect(faultsOf({ issuers, ...config })).toEqual([]);
  });

  it.each<[object, string[]]>([
    [{ mode: 'allowed' }, [`dpop.origin: ${NO_ORIGIN}`]],
    [
      { mode: 'on' },
      ['dpop.mode: "on" is not one of the values. Write "off" or "allowed" or "required".'],
    ],
    [
      { origin: 'api.example.com' },
      [
        'dpop.origin: "api.example.com" is not an origin. Write scheme and host, like "https://api.example.com".',
      ],
    ],
    [
      { origin: `${ORIGIN}/api` },
      [
        `dpop.origin: "${ORIGIN}/api" is not an origin as browsers write it. Write "${ORIGIN}"; a prefix of its paths belongs in paths.`,
      ],
    ],
    [
      { origin: 'http://api.example.com' },
      [
        'dpop.origin: "http://api.example.com" is an http: address beyond loopback, where tokens would travel in the open. Use https:.',
      ],
    ],
    [{ origin: undefined, mode: 'required' }, [`dpop.origin: ${NO_ORIGIN}`]],
    [
      { paths: { from: '/', to: '/api' } },
      ['dpop.paths: an object is not a list. List prefixes, like [{ from: "/", to: "/api" }].'],
    ],
    [
      { paths: [{ from: 'api' }] },
      [
        'dpop.paths[0].from: "api" is not a path. Begin with a slash and write whole segments, without query and dot segments, like "/api".',
        'dpop.paths[0].to: undefined is not a string. Is an environment variable not set?',
      ],
    ],
    [
      { paths: [{ from: '/a/../b', to: '/c?d', strip: true }] },
      [
        'dpop.paths[0].from: "/a/../b" is not a path. Begin with a slash and write whole segments, without query and dot segments, like "/api".',
        'dpop.paths[0].to: "/c?…" is not a path. Begin with a slash and write whole segments, without query and dot segments, like "/api".',
        'dpop.paths[0].strip: unknown option. Known here: from, to.',
      ],
    ],
    [
      {
        paths: [
          { from: '/', to: '/a' },
          { from: '/', to: '/b' },
        ],
      },
      ['dpop.paths[1]: from is the same as that of [0]. Name every prefix once.'],
    ],
    [
      { algorithms: ['HS256'] },
      [
        'dpop.algorithms[0]: "HS256" signs with a shared secret, and the key of a proof is public (RFC 9449 section 4.3). Name an asymmetric algorithm.',
      ],
    ],
    [
      { algorithms: [] },
      [
        'dpop.algorithms: the list is empty. No token could be accepted: name an algorithm, or leave the option out.',
      ],
    ],
    [
      { maxAgeSeconds: 0, maxFutureSeconds: 301 },
      [
        'dpop.maxAgeSeconds: 0 is not a finite number from 1 to 3600. Give the time in seconds for which a proof is valid.',
        'dpop.maxFutureSeconds: 301 is not a finite number from 0 to 300. Give the time in seconds by which clocks may be ahead.',
      ],
    ],
    [{ nonce: {} }, ['dpop.nonce.secret: missing. Make one: openssl rand -base64 48.']],
    [
      { nonce: { secret: 'short', ttlSeconds: 1 } },
      [
        'dpop.nonce.secret: 5 bytes are too few: HS256 needs at least 32 (RFC 7518 section 3.2). Make a secret: openssl rand -base64 48.',
        'dpop.nonce.ttlSeconds: 1 is not a finite number from 10 to 3600. Give the time in seconds for which a nonce is handed out.',
      ],
    ],
    [
      { nonce: { secret: 's' } },
      [
        'dpop.nonce.secret: 1 byte is too few: HS256 needs at least 32 (RFC 7518 section 3.2). Make a secret: openssl rand -base64 48.',
      ],
    ],
    [
      { replay: 'redis' },
      [
        'dpop.replay: "redis" is no replay store. Write "this-process", "elsewhere", or an object with a method reserve(key, untilSeconds), such as RedisReplayStore.',
      ],
    ],
    [
      { replay: {} },
      [
        'dpop.replay: an object is no replay store. Write "this-process", "elsewhere", or an object with a method reserve(key, untilSeconds), such as RedisReplayStore.',
      ],
    ],
  ])('dpop %j has exactly these faults', (dpop, lines) => {
    expect(faultsOf({ issuers, dpop })).toEqual(lines);
  });

  it('an issuer’s mode needs an origin as well, also when it comes later', () => {
    const bound = { ...OWN, dpop: 'allowed' };
    expect(faultsOf({ issuers: [bound] })).toEqual([`issuers[0].dpop: ${NO_MODULE_ORIGIN}`]);
    expect(() => validateTrustedIssuer(bound, {})).toThrow(NO_MODULE_ORIGIN);
    expect(validateTrustedIssuer(bound, { dpop: { origin: ORIGIN } })).toEqual(bound);
  });

  it('no member of a secret is shown', () => {
    const [line] = faultsOf({ issuers, dpop: { nonce: { secret: 'secret-of-mine' } } });
    expect(line).not.toContain('mine');
  });
});

describe('what it is resolved to', () => {
  it('nothing where no token can need a proof', () => {
    expect(dpopOf({})).toBeUndefined();
    expect(dpopOf({ resourceMetadata: RESOURCE })).toBeUndefined();
    expect(dpopOf({ dpop: {} })).toBeUndefined();
  });

  it('the origin is that of the resource, unless it is given', () => {
    expect(dpopOf({ dpop: {}, resourceMetadata: RESOURCE })?.origin).toBe(ORIGIN);
    const origin = 'https://gateway.example';
    expect(dpopOf({ dpop: { origin }, resourceMetadata: RESOURCE })?.origin).toBe(origin);
    const bound = { issuers: [{ ...OWN, dpop: 'allowed' }], resourceMetadata: RESOURCE };
    expect(dpopOf(bound)).toMatchObject({ origin: ORIGIN, mode: 'off', isRequired: false });
  });

  it('it is required where every issuer demands it', () => {
    const other = { ...OWN, issuer: 'https://other.example' };
    const required = { mode: 'required', origin: ORIGIN };
    expect(dpopOf({ dpop: required })?.isRequired).toBe(true);
    expect(dpopOf({ dpop: required, issuers: [OWN, { ...other, dpop: 'allowed' }] })).toMatchObject(
      {
        isRequired: false,
      },
    );
    const each = [{ ...OWN, dpop: 'required' }];
    expect(dpopOf({ dpop: { origin: ORIGIN }, issuers: each })?.isRequired).toBe(true);
    const resolveIssuer = { origins: ['https://tenants.example'], resolve: () => undefined };
    expect(dpopOf({ dpop: { origin: ORIGIN }, issuers: each, resolveIssuer })).toMatchObject({
      isRequired: false,
    });
  });
});
