import { authGuardWithKeyObject } from './auth-guard-key-object.mjs';
import { usualRecipe } from './auth-guard-jwks-rsa.mjs';
import { awsJwtVerify } from './aws-jwt-verify.mjs';
import { cryptoByHand, memoryByHand, passportByHand } from './by-hand.mjs';
import { ceiling, refusingCeiling, settledCeiling } from './ceiling.mjs';
import { expressOauth2JwtBearer } from './express-oauth2-jwt-bearer.mjs';
import { fastJwt, fastJwtUncached } from './fast-jwt.mjs';
import { jose } from './jose.mjs';
import { bareJsonwebtoken } from './jsonwebtoken.mjs';
import { ours, oursByNodeCrypto, oursByNodeCryptoUncached, oursUncached } from './ours.mjs';

/**
 * A way to guard a Nest application, set up as its documentation says.
 *
 * @typedef {object} Candidate
 * @property {string} id
 * @property {string} label as the tables name it
 * @property {boolean} [isLimit] no peer, but what shows how far a guard could go
 * @property {(algorithm: string) => boolean} verifies whether it knows an algorithm
 * @property {readonly string[]} adapters where it can be used over HTTP
 * @property {(world: import('../support/world.mjs').World) => Promise<Guarding>} create
 *
 * @typedef {object} Guarding what one of them needs in an application
 * @property {import('@nestjs/common').DynamicModule} [module] where the guard comes from
 * @property {object} [strategy] registered itself with passport when it was made
 * @property {Function | import('@nestjs/common').CanActivate} [guard] a class, or an object
 * @property {(request: unknown, response: unknown, next: unknown) => void} [middleware]
 */

/** @type {readonly Candidate[]} */
export const CANDIDATES = [
  ceiling,
  settledCeiling,
  refusingCeiling,
  ours,
  oursUncached,
  oursByNodeCrypto,
  oursByNodeCryptoUncached,
  authGuardWithKeyObject,
  passportByHand,
  cryptoByHand,
  memoryByHand,
  usualRecipe,
  expressOauth2JwtBearer,
  jose,
  fastJwt,
  fastJwtUncached,
  awsJwtVerify,
  bareJsonwebtoken,
];

/** @param {string} id @returns {Candidate} */
export function candidate(id) {
  const found = CANDIDATES.find((one) => one.id === id);
  if (!found) throw new Error(`no candidate "${id}"`);
  return found;
}
