import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { validateConfig, validateTrustedIssuer } from '../../../src/config/validate-config.js';
import { AuthConfigurationError } from '../../../src/config/configuration-error.js';
import { faultsOf, faultsOfIssuer } from './faults-of.js';
import { PAIRS } from './key-material.js';

const UNREADABLE = 'cannot be read. Give a plain value.';

/** Every trap throws, so nothing at all can be learnt of it. */
function hostile(target: object = {}): object {
  const traps = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'];
  const refuse = (): never => {
    throw new TypeError('no');
  };
  return new Proxy(target, Object.fromEntries(traps.map((trap) => [trap, refuse])));
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const NASTY: readonly (readonly [what: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', Number.NaN],
  ['-0', -0],
  ['a bigint', 10n ** 400n],
  ['a boolean', true],
  ['an empty string', ''],
  ['white space', ' \t\n'],
  ['control characters', '\0\u001b[2J\u202e'],
  ['a lone surrogate', '\ud800'],
  ['a long string', 'x'.repeat(10_000)],
  ['many at signs', ':@'.repeat(1_000)],
  ['a symbol', Symbol('s')],
  ['a function', () => undefined],
  ['a class', URL],
  ['a list', []],
  ['a nested list', [[[]]]],
  ['a list of holes', Array(100)],
  ['an object', {}],
  ['an object without a prototype', Object.create(null)],
  ['a Date', new Date()],
  ['an invalid Date', new Date(Number.NaN)],
  ['a pattern', /x/],
  ['a Map', new Map([['issuers', []]])],
  ['a Set', new Set(['https://a.example'])],
  ['a Promise', Promise.resolve({})],
  ['an Error', new Error('x')],
  ['a URL', new URL('https://a.example')],
  ['a boxed string', Object('https://a.example')],
  ['bytes', new Uint8Array(4)],
  ['a key', PAIRS.p256.publicKey],
  ['a private key', PAIRS.p256.privateKey],
  ['globalThis', globalThis],
  ['a proxy that throws', hostile()],
  ['a proxy of a list that throws', hostile([])],
  ['a proxy of a function that throws', hostile(() => undefined)],
  ['a revoked proxy', revoked({})],
  ['a revoked proxy of a list', revoked([])],
  ['a proxy that is endless', endless()],
  [
    'a getter that throws',
    {
      get issuers(): never {
        throw new Error('x');
      },
    },
  ],
  [
    'a conversion that throws',
    {
      toString: () => {
        throw new Error('x');
      },
      [Symbol.toPrimitive]: () => {
        throw new Error('x');
      },
    },
  ],
  [
    'a tag that throws',
    {
      get [Symbol.toStringTag](): never {
        throw new Error('x');
      },
    },
  ],
  ['a tag that lies', { [Symbol.toStringTag]: '\u001b[2J' }],
  [
    'a list that throws',
    Object.defineProperty(['x'], 0, {
      get() {
        throw new Error('x');
      },
      enumerable: true,
    }),
  ],
  ['__proto__', JSON.parse('{"__proto__":{"issuers":["https://a.example"],"audience":"api"}}')],
  ['names of Object.prototype', { constructor: 1, toString: 2, hasOwnProperty: 3, valueOf: 4 }],
  ['a circle', circle()],
];

function endless(): object {
  return new Proxy(
    {},
    { get: (_target, name) => (name === Symbol.toStringTag ? undefined : endless()) },
  );
}

function circle(): object {
  const list: unknown[] = [];
  list.push(list);
  const object: Record<string, unknown> = { issuers: list };
  object['keys'] = object['http'] = object['identity'] = object['requiredClaims'] = object;
  list.push(object);
  return object;
}

const MEMBERS = [
  ...['issuer', 'issuerAliases', 'audience', 'keys', 'algorithms', 'tokenTypes', 'clientIds'],
  ...['requiredHeader', 'allowPadding'],
  ...['requiredClaims', 'clockToleranceSeconds', 'maxTokenAgeSeconds', 'identity', 'http'],
];
const NESTED: Readonly<Record<string, readonly string[]>> = {
  keys: ['discovery', 'jwksUri', 'jwks', 'publicKey', 'secret', 'jwksFile', 'publicKeyUri'],
  http: ['timeoutMs', 'headers', 'fetch', 'maxBytes', 'allowInsecure'],
  identity: ['subject', 'clientId', 'scopes', 'roles', 'tenant'],
};

describe.each(NASTY)('%s', (_what, value) => {
  it('as the configuration is refused', () => {
    expect(() => validateConfig(value)).toThrow(AuthConfigurationError);
    expect(() => validateTrustedIssuer(value, {})).toThrow(AuthConfigurationError);
  });

  it('among the issuers is refused', () => {
    expect(() => validateConfig({ issuers: value })).toThrow(AuthConfigurationError);
    expect(() => validateConfig({ issuers: [value] })).toThrow(AuthConfigurationError);
  });

  it('in any option is checked', () => {
    // An unknown option makes each of them faulty, so that none can pass by chance.
    for (const member of MEMBERS) {
      expect(faultsOfIssuer({ [member]: value, odd: 1 })).not.toEqual([]);
      expect(faultsOfIssuer({ [member]: [value, value], odd: 1 })).not.toEqual([]);
      for (const nested of NESTED[member] ?? []) {
        expect(faultsOfIssuer({ [member]: { [nested]: value }, odd: 1 })).not.toEqual([]);
        expect(faultsOfIssuer({ [member]: { [nested]: [value] }, odd: 1 })).not.toEqual([]);
      }
    }
    for (const member of ['audience', 'realm', 'disclosure', 'authenticateHint', 'maxTokenBytes']) {
      expect(faultsOf({ [member]: value })).not.toEqual([]);
    }
    for (const tokenSources of [value, [value], [{ cookie: value }]]) {
      expect(faultsOf({ tokenSources })).not.toEqual([]);
    }
    expect(faultsOfIssuer({ requiredClaims: { a: value }, odd: 1 })).not.toEqual([]);
    expect(faultsOfIssuer({ http: { headers: { a: value } }, odd: 1 })).not.toEqual([]);
    expect(faultsOfIssuer({ keys: { jwks: { keys: value } }, odd: 1 })).not.toEqual([]);
    expect(faultsOfIssuer({ keys: { jwks: { keys: [value] } }, odd: 1 })).not.toEqual([]);
    expect(faultsOfIssuer({ keys: { jwks: { keys: [{ kty: 'RSA', n: value }] } } })).not.toEqual(
      [],
    );
  });
});

describe('what cannot be read', () => {
  it('is said to be so, once, and hides no other fault', () => {
    const issuer = {
      issuer: 'https://a.example',
      get audience(): never {
        throw new Error('x');
      },
      algorithms: hostile([]),
      keys: hostile(),
      http: { headers: hostile() },
      clockToleranceSeconds: -1,
    };
    expect(faultsOf({ issuers: [issuer] })).toEqual([
      `issuers[0].audience: ${UNREADABLE}`,
      `issuers[0].keys: ${UNREADABLE}`,
      `issuers[0].algorithms: ${UNREADABLE}`,
      `issuers[0].http.headers: ${UNREADABLE}`,
      'issuers[0].clockToleranceSeconds: -1 is not a finite number from 0 to 300. Give the tolerance in seconds.',
    ]);
  });

  it('is a polluted Object.prototype too', () => {
    const everything = Object.prototype;
    Object.defineProperty(everything, 'audience', { value: 'api', configurable: true });
    try {
      expect(faultsOf({ issuers: ['https://a.example'] })).toEqual([
        'audience: comes from Object.prototype, which some code has polluted. Find that code first.',
      ]);
    } finally {
      delete (Object.prototype as { audience?: unknown }).audience;
    }
  });

  it('leaves Object.prototype as it was', () => {
    faultsOf(JSON.parse('{"__proto__":{"audience":"api"},"issuers":[{"__proto__":{"x":1}}]}'));
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { audience?: unknown }).audience).toBeUndefined();
  });
});

it('anything at all is accepted or refused, never anything else', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
  });
  const nested = (names: readonly string[]): fc.Arbitrary<unknown> =>
    fc.record(Object.fromEntries(names.map((name) => [name, anything])), { requiredKeys: [] });
  const issuer = fc.record(
    Object.fromEntries(
      MEMBERS.map((name) => [name, fc.oneof(anything, nested(NESTED[name] ?? []))]),
    ),
    { requiredKeys: [] },
  );
  const config = fc.record(
    {
      issuers: fc.array(fc.oneof(issuer, anything, fc.webUrl())),
      audience: fc.oneof(anything, fc.string()),
      tokenSources: fc.oneof(anything, fc.array(anything)),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(anything, config), (value) => {
      // Throws what is no AuthConfigurationError.
      faultsOf(value);
    }),
    { numRuns: 300 },
  );
});
