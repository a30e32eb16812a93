import { algorithmOfKey } from '../../config/edwards-algorithms.js';
import { issuerNameOf, namesIssuer } from '../../config/tenant-template.js';
import { andThen } from '../util/maybe-async.js';
import type { KeyRequest, VerificationKey } from '../keys/key-source.js';
import { type Judging, Refusal, type Verdict } from '../refusals/refusal.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import { isExpired } from './validate-claims.js';
import { checkHeader } from './validate-header.js';
import type { UnverifiedToken } from './unverified-token.js';

/**
 * Step 5: the keys that may have signed a token, at least one; or why there is none.
 *
 * @throws Refusal `keys_unavailable`, at once or as a rejection.
 */
export function candidateKeys(
  unverified: UnverifiedToken,
  trusted: TrustedIssuer,
  nowSeconds: number,
): Judging<readonly VerificationKey[]> {
  const refusal = checkHeader(unverified, trusted);
  if (refusal) return refusal;
  const request = requestOf(unverified, trusted, nowSeconds);
  return andThen(trusted.keys.find(request), (found) =>
    usableKeys(unverified, trusted, found, request),
  );
}

/**
 * The keys that may have signed a token that none of those tried verifies; none when it is bad.
 *
 * @throws Refusal `keys_unavailable`, at once or as a rejection.
 */
export function furtherKeys(
  unverified: UnverifiedToken,
  trusted: TrustedIssuer,
  tried: readonly VerificationKey[],
  nowSeconds: number,
): readonly VerificationKey[] | Promise<readonly VerificationKey[]> {
  const request = requestOf(unverified, trusted, nowSeconds);
  return andThen(trusted.keys.findMore(request, tried), (found) =>
    keysForIssuer(unverified, trusted, found),
  );
}

function requestOf(
  { header, algorithm: alg, keyId, claims }: UnverifiedToken,
  { rules }: TrustedIssuer,
  nowSeconds: number,
): KeyRequest {
  const thumbprints = [header['x5t'], header['x5t#S256']];
  const algorithm = algorithmOfKey(alg, rules.algorithms);
  const issuer = issuerNameOf(rules, claims['iss']);
  const expired = isExpired(claims['exp'], rules, nowSeconds);
  return { algorithm, keyId, thumbprints, issuer, expired };
}

function usableKeys(
  unverified: UnverifiedToken,
  trusted: TrustedIssuer,
  found: readonly VerificationKey[],
  { expired }: KeyRequest,
): Verdict<readonly VerificationKey[]> {
  const keys = keysForIssuer(unverified, trusted, found);
  if (keys.length > 0) return keys;
  // A laptop that wakes after the keys rotated must refresh its token, not log its user out.
  if (found.length === 0 && expired)
    return new Refusal('token_expired', '"exp" has passed and the key is no longer in the set');
  return new Refusal('signature_invalid', 'no key fits');
}

/** Leaves out keys whose `issuer` names another issuer. */
function keysForIssuer(
  { claims }: UnverifiedToken,
  { rules }: TrustedIssuer,
  found: readonly VerificationKey[],
): readonly VerificationKey[] {
  const isForIssuer = ({ issuer }: VerificationKey): boolean =>
    issuer === undefined || namesIssuer(issuer, issuerNameOf(rules, claims['iss']));
  return found.every(isForIssuer) ? found : found.filter(isForIssuer);
}
