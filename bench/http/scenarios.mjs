import { CLAIMS_BYTES } from '../support/fixtures.mjs';
import { claimsOf, signerOf } from '../support/tokens.mjs';
import { generateKeys } from '../support/world.mjs';

/**
 * What is sent, and whether it must be let in.
 *
 * @typedef {object} Scenario
 * @property {string} id
 * @property {string} label
 * @property {boolean} admitted
 * @property {readonly (string | undefined)[]} authorizations
 * @property {readonly (string | undefined)[]} rehearsal what a server is warmed up with for it
 */

/** So much of all tokens is for warming up; what is left is still more than a cache holds. */
const REHEARSED_PART = 0.45;

/**
 * @param {import('../support/fixtures.mjs').Fixture} fixture
 * @param {number} cacheEntries
 * @returns {Promise<Record<string, Scenario>>}
 */
export async function scenariosOf(fixture, cacheEntries) {
  const { algorithm, kid, tokens } = fixture;
  const signToken = signerOf(fixture);
  const stranger = generateKeys(algorithm).privateKey.export({ format: 'jwk' });
  const signAsStranger = signerOf({ algorithm, kid, privateJwk: stranger });
  const claims = (changes) => claimsOf(CLAIMS_BYTES, changes);
  const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;

  // A token that warmed a server up would be found again.
  const rehearsed = tokens.slice(0, Math.ceil(tokens.length * REHEARSED_PART));
  const admitted = {
    hot: ['one hot token', tokens.slice(0, 1)],
    pool: [`${cacheEntries.toLocaleString('en')} tokens`, tokens.slice(0, cacheEntries)],
    distinct: ['all distinct', tokens.slice(rehearsed.length), rehearsed],
  };
  const refused = {
    missing: ['no token', [undefined]],
    garbage: ['garbage', ['garbage']],
    'untrusted-issuer': [
      'untrusted issuer',
      [await signToken(claims({ iss: 'https://stranger.example.com' }))],
    ],
    // Signed by another key, because who does not look at the kid must refuse it, too.
    'unknown-kid': ['unknown `kid`', [await signAsStranger(claims(), { kid: 'unknown' })]],
    expired: ['expired', [await signToken(claims({ iat: hourAgo - 300, exp: hourAgo }))]],
    'bad-signature': ['bad signature', [await signAsStranger(claims())]],
  };
  const scenario =
    (isAdmitted) =>
    ([id, [label, sent, rehearsal = sent]]) => [
      id,
      {
        ...{ id, label, admitted: isAdmitted },
        authorizations: sent.map(authorizationOf),
        rehearsal: rehearsal.map(authorizationOf),
      },
    ];
  return Object.fromEntries([
    ...Object.entries(admitted).map(scenario(true)),
    ...Object.entries(refused).map(scenario(false)),
  ]);
}

const authorizationOf = (token) => token && `Bearer ${token}`;

export const REFUSALS_BEFORE_SIGNATURE = ['missing', 'garbage', 'untrusted-issuer', 'unknown-kid'];
export const REFUSALS_AFTER_SIGNATURE = ['expired', 'bad-signature'];
export const REFUSALS = [...REFUSALS_BEFORE_SIGNATURE, ...REFUSALS_AFTER_SIGNATURE];
