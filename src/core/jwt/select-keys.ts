import type { KeyOffer, KeyRequest, VerificationKey } from '../keys/key-source.js';
import { expectedValues } from '../refusals/expected-values.js';
import { algorithmOfKey } from '../jose/edwards-algorithms.js';
import { issuerNameOf, namesIssuer } from '../../config/tenant-template.js';
import { Refusal, type Result } from '../refusals/refusal.js';
import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import { isExpired } from './time-rules.js';
import { markOf } from './unverified-reason.js';
import { type MaybeAsync, whenKnown } from '../util/maybe-async.js';
import type { UnverifiedToken } from './unverified-token.js';

/**
 * The keys that may have signed a token, at least one; or why there is none.
 *
 * @throws Refusal `keys_unavailable` (or a promise rejected with it).
 */
export function selectKeys(
  token: UnverifiedToken,
  trusted: TrustedIssuer,
  nowSeconds: number,
): MaybeAsync<Result<readonly VerificationKey[]>> {
  const request = requestOf(token, trusted, nowSeconds);
  return whenKnown(trusted.keys.find(request), (found) => {
    const keys = keysForIssuer(token, trusted, found);
    return keys.length > 0 ? keys : noKey(token, trusted, { request, found });
  });
}

function noKey(
  token: UnverifiedToken,
  trusted: TrustedIssuer,
  { request, found }: { readonly request: KeyRequest; readonly found: readonly VerificationKey[] },
): Refusal {
  // A laptop that wakes after the keys rotated must refresh its token, not log its user out.
  if (found.length === 0 && request.expired)
    return new Refusal(
      'token_expired',
      'key',
      '"exp" has passed and the key is no longer in the set',
    );
  const why =
    found.length > 0
      ? 'those that would fit name another issuer in their "issuer"'
      : noKeyReason(request, trusted.keys.offer(request));
  const mark = markOf(token);
  return new Refusal(
    'signature_invalid',
    'key',
    `no key fits: ${why}${mark === undefined ? '' : `; ${mark}`}`,
  );
}

/**
 * The keys that may have signed a token that none of those tried verifies; none when it is bad.
 *
 * @throws Refusal `keys_unavailable` (or a promise rejected with it).
 */
export function selectFurtherKeys(
  token: UnverifiedToken,
  trusted: TrustedIssuer,
  tried: readonly VerificationKey[],
  nowSeconds: number,
): MaybeAsync<readonly VerificationKey[]> {
  const further = trusted.keys.findMore(requestOf(token, trusted, nowSeconds), tried);
  return whenKnown(further, (found) => keysForIssuer(token, trusted, found));
}

function requestOf(
  { header, algorithm: alg, keyId, claims }: UnverifiedToken,
  { policy }: TrustedIssuer,
  nowSeconds: number,
): KeyRequest {
  const thumbprints = [header['x5t'], header['x5t#S256']];
  const algorithm = algorithmOfKey(alg, policy.algorithms);
  const issuer = issuerNameOf(policy, claims['iss']);
  const expired = isExpired(claims['exp'], policy, nowSeconds);
  return { algorithm, keyId, thumbprints, issuer, expired };
}

/** Leaves out keys whose `issuer` names another issuer. */
function keysForIssuer(
  { claims }: UnverifiedToken,
  { policy }: TrustedIssuer,
  found: readonly VerificationKey[],
): readonly VerificationKey[] {
  const isForIssuer = ({ issuer }: VerificationKey): boolean =>
    issuer === undefined || namesIssuer(issuer, issuerNameOf(policy, claims['iss']));
  return found.every(isForIssuer) ? found : found.filter(isForIssuer);
}

/** Whether it is the `kid` or the `alg` of a token for which an issuer has no key, and what it has. */
function noKeyReason({ keyId }: KeyRequest, offer: KeyOffer): string {
  const algorithms = `the keys are for ${distinct(offer.algorithms)}`;
  if (offer.algorithms.length === 0) return 'the issuer has no keys';
  if (offer.algorithmsOfNamed.length > 0)
    return `the key with this "kid" is for ${distinct(offer.algorithmsOfNamed)}, not for the "alg" of the token`;
  if (offer.hasAlgorithm)
    return 'no key has this "kid"; there are others for the "alg" of the token';
  return keyId === undefined
    ? `no key is for the "alg" of the token; ${algorithms}`
    : `no key has this "kid", and none is for the "alg" of the token; ${algorithms}`;
}

function distinct(values: readonly string[]): string {
  return expectedValues(new Set(values));
}
