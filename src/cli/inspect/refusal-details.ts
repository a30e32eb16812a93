import type { UnverifiedToken } from '../../core/jwt/unverified-token.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { Refusal } from '../../core/refusals/refusal.js';
import type { TrustedIssuer } from '../../core/issuers/trusted-issuer.js';
import { clientIdOf } from '../../core/identity/identity-mapper.js';
import { causesOf, failuresOf } from '../failure-causes.js';
import { audienceDetails } from './identity-details.js';
import { listed, shown } from './shown.js';

/** The parts of a token that a detail shows. */
export type ShownToken = Pick<
  UnverifiedToken,
  'header' | 'algorithm' | 'type' | 'keyId' | 'claims'
>;

/** What is known when a step refuses. */
export interface RefusalContext {
  readonly token: ShownToken | undefined;
  readonly trusted: TrustedIssuer | undefined;
  readonly nowSeconds: number;
  readonly config: ResolvedAuthConfig;
}

/** The reason of a refusal, and the values behind it, which only an inspection may show. */
export function detailsOf(refusal: Refusal, context: RefusalContext): readonly string[] {
  const { token, trusted, config } = context;
  const causes =
    trusted && refusal.code === 'keys_unavailable'
      ? failuresOf(refusal.cause, trusted)
      : causesOf(refusal.cause);
  if (!token) return [refusal.reason, ...causes];
  if (!trusted) return [refusal.reason, untrusted(token.claims['iss'], config), ...causes];
  return [refusal.reason, ...valuesOf(refusal, { ...context, token, trusted }), ...causes];
}

function valuesOf(
  { check, code, claim }: Refusal,
  {
    token: { algorithm, type, keyId, header, claims },
    trusted: { policy },
    nowSeconds,
  }: RefusalContext & { readonly token: ShownToken; readonly trusted: TrustedIssuer },
): readonly string[] {
  if (code === 'keys_unavailable') return ['An application answers 503 until they are available.'];
  switch (check) {
    case 'alg':
      return [`"alg" is ${shown(algorithm)}; accepted: ${listed(policy.algorithms)}`];
    case 'typ':
      return [`"typ" is ${shown(type)}; accepted: ${listed(policy.tokenTypes)}`];
    case 'header':
      return claim === undefined ? [] : [`"${claim}" is ${shown(header[claim])}`];
    case 'key':
      if (code === 'token_expired') return [expiry(claims, nowSeconds)];
    // falls through
    case 'signature':
      return [`"kid" is ${shown(keyId)}. Was it signed by this issuer, and with a published key?`];
    case 'exp':
      return code === 'token_expired' ? [expiry(claims, nowSeconds)] : [];
    case 'nbf':
    case 'iat':
      if (code !== 'token_not_active') return [];
      return [
        `"nbf" is ${moment(claims['nbf'])}, "iat" is ${moment(claims['iat'])}, now it is ${moment(nowSeconds)}`,
        `Do the clocks agree? Up to ${policy.clockToleranceSeconds} s are tolerated.`,
      ];
    case 'aud':
      return [audienceDetails(claims, policy)];
    case 'client':
      return [
        `the client is ${shown(clientIdOf(claims, policy.identity))}; accepted: ${listed(policy.clientIds ?? [])}`,
      ];
    case 'required-claim':
      return claim === undefined ? [] : [`${shown(claim)} is ${shown(claims[claim])}`];
    case 'tenant':
      return [`"tid" is ${shown(claims['tid'])}, "iss" is ${shown(claims['iss'])}`];
    case 'age':
      return [`"iat" is ${moment(claims['iat'])}, now it is ${moment(nowSeconds)}`];
    default:
      return [];
  }
}

function expiry({ exp }: UnverifiedToken['claims'], nowSeconds: number): string {
  return `"exp" is ${moment(exp)}, now it is ${moment(nowSeconds)}`;
}

/** Beside the reason, which says in what it differs. */
function untrusted(issuer: unknown, { issuers }: ResolvedAuthConfig): string {
  const trusted = issuers.flatMap(({ acceptedIssuers }) => acceptedIssuers);
  return `"iss" is ${shown(issuer)}; trusted: ${listed(trusted)}`;
}

function moment(seconds: unknown): string {
  const date = new Date(Number(seconds) * 1_000);
  return typeof seconds === 'number' && !Number.isNaN(date.getTime())
    ? date.toISOString()
    : shown(seconds);
}
