import { describe, expect, it } from '@jest/globals';
import { MemoryRevocationStore } from 'nestjs-trusted-issuers';
import { validateTrustedIssuer } from '../../../src/config/validate-config.js';
import { faultsOf } from './faults-of.js';

const ISSUER = 'https://login.example.com';
const revocation = { store: new MemoryRevocationStore() };
const sender = { issuer: ISSUER, backChannelLogout: { clientId: 'notes' } };
const NOTHING_KEEPS = 'revocations would not be stored. Give revocation: { store } beside it';

const withLogout = (changes: object): unknown => ({
  issuers: [sender],
  audience: 'notes',
  revocation,
  backChannelLogout: {},
  ...changes,
});

describe('backChannelLogout', () => {
  it.each([
    {},
    { backChannelLogout: { path: '/logout/back-channel' } },
    {
      issuers: [ISSUER],
      resolveIssuer: { origins: ['https://tenants.example.com'], resolve: () => undefined },
    },
  ])('%j is sound', (changes) => {
    expect(faultsOf(withLogout(changes))).toEqual([]);
  });

  it.each<[changes: object, path: string, message: string]>([
    [{ backChannelLogout: true }, 'backChannelLogout', 'is not an object with options'],
    [{ backChannelLogout: { path: 'logout' } }, 'backChannelLogout.path', 'is not a path'],
    [{ backChannelLogout: { uri: '/l' } }, 'backChannelLogout.uri', 'unknown option'],
    [{ revocation: undefined }, 'backChannelLogout', NOTHING_KEEPS],
    [{ issuers: [ISSUER] }, 'backChannelLogout', 'no issuer sends logout tokens'],
    [
      { backChannelLogout: undefined },
      'issuers[0].backChannelLogout',
      'no endpoint receives logout tokens. Write backChannelLogout: {} beside issuers',
    ],
    [
      { issuers: [{ issuer: ISSUER, backChannelLogout: {} }] },
      'issuers[0].backChannelLogout.clientId',
      'missing. Name the client',
    ],
    [
      { issuers: [{ issuer: ISSUER, backChannelLogout: { clientId: ' notes' } }] },
      'issuers[0].backChannelLogout.clientId',
      'begins or ends with white space',
    ],
  ])('%j is refused with a message that says what to do', (changes, path, message) => {
    const faults = faultsOf(withLogout(changes));
    expect(faults).toEqual([expect.stringContaining(message)]);
    expect(faults[0]).toMatch(new RegExp(`^${escaped(path)}: `));
  });

  it('an issuer that is added later is asked for it, too', () => {
    expect(() => validateTrustedIssuer(sender, { audience: 'notes' })).toThrow(
      'no endpoint receives logout tokens',
    );
    const backChannelLogout = { path: '/backchannel-logout' };
    expect(validateTrustedIssuer(sender, { audience: 'notes', backChannelLogout })).toEqual(sender);
  });
});

const transmitter = { issuer: ISSUER, audience: 'https://api.example.com' };
const keys = { jwksUri: 'https://ssf.example.com/jwks' };
const withSignals = (changes: object, more: object = {}): unknown => ({
  issuers: [{ issuer: ISSUER, issuerAliases: ['https://login.internal.example.com'] }],
  audience: 'notes',
  revocation,
  sharedSignals: { transmitters: [transmitter], ...changes },
  ...more,
});
const listing = (...transmitters: unknown[]): object => ({ transmitters });

describe('sharedSignals', () => {
  it.each([
    {},
    { path: '/events' },
    listing({ ...transmitter, audience: ['a', 'b'], subjectOf: () => undefined }),
    listing({ ...transmitter, issuer: 'https://login.internal.example.com' }),
    listing({ ...transmitter, issuer: 'https://ssf.example.com', keys }),
  ])('%j is sound', (changes) => {
    expect(faultsOf(withSignals(changes))).toEqual([]);
  });

  it.each<[changes: object, path: string, message: string]>([
    [{ path: '/ssf/' }, '.path', 'is not a path'],
    [{ transmitters: undefined }, '.transmitters', 'missing. List at least one transmitter.'],
    [
      { transmitters: transmitter },
      '.transmitters',
      'is not a list. Write a list, like [{ issuer:',
    ],
    [listing(), '.transmitters', 'the list is empty'],
    [listing('https://ssf'), '.transmitters[0]', 'a string is not an object with options'],
    [listing({ audience: 'a' }), '.transmitters[0].issuer', 'missing. Give the exact "iss"'],
    [listing({ issuer: ISSUER }), '.transmitters[0].audience', 'missing. Name what its tokens'],
    [
      listing({ ...transmitter, audience: [] }),
      '.transmitters[0].audience',
      'the list is empty. Name what its tokens carry',
    ],
    [
      listing({ ...transmitter, issuer: 'https://ssf.example.com' }),
      '.transmitters[0].issuer',
      'is none of the trusted issuers, so its keys are unknown. Say in keys',
    ],
    [listing(transmitter, transmitter), '.transmitters[1].issuer', 'is already transmitter 0'],
    [
      listing({ ...transmitter, keys: { ...keys, discovery: 'https://a.example' } }),
      '.transmitters[0].keys',
      'are given together. Choose one.',
    ],
    [
      listing({ ...transmitter, keys: { jwksUri: 'http://ssf.example.com/jwks' } }),
      '.transmitters[0].keys.jwksUri',
      'is an http: address beyond loopback',
    ],
    [
      listing({ ...transmitter, keys: { secret: 'a'.repeat(64) } }),
      '.transmitters[0].keys.secret',
      'a shared secret does not sign security event tokens here',
    ],
    [
      listing({ ...transmitter, subjectOf: 'email' }),
      '.transmitters[0].subjectOf',
      'is not a function. It is given a subject',
    ],
  ])('%j is refused with a message that says what to do', (changes, path, message) => {
    const faults = faultsOf(withSignals(changes));
    expect(faults).toEqual([expect.stringContaining(message)]);
    expect(faults[0]).toMatch(new RegExp(`^sharedSignals${escaped(path)}: `));
  });

  it('needs a store, like everything that revokes', () => {
    expect(faultsOf(withSignals({}, { revocation: undefined }))).toEqual([
      expect.stringContaining(`sharedSignals: ${NOTHING_KEEPS}`),
    ]);
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[[\].]/g, String.raw`\$&`);
}
