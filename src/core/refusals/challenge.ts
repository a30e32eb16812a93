import type { AuthenticationScheme } from '../calls/exchange.js';

/** What a challenge asks of the client's next token, beside being a better one. */
export interface ChallengeDetails {
  /** Scopes, space-separated (RFC 6750 section 3). */
  readonly scope?: string | undefined;
  /** Authentication context classes one of which must hold, space-separated (RFC 9470 section 3). */
  readonly acrValues?: string | undefined;
  /** The nonce for the client's next proof, sent in `DPoP-Nonce` (RFC 9449 section 9). */
  readonly dpopNonce?: string | undefined;
  /** The scheme under which the token came. Absent: `Bearer`. */
  readonly scheme?: AuthenticationScheme | undefined;
  /** Maximum age in seconds of the user's authentication (RFC 9470 section 3). */
  readonly maxAgeSeconds?: number | undefined;
}

/** Parameters of a challenge beside `realm`. */
export interface ChallengeParameters extends ChallengeDetails {
  readonly error?: string | undefined;
  /** Address of the protected resource metadata (RFC 9728 section 5.1). */
  readonly resourceMetadata?: string | undefined;
  readonly errorDescription?: string | undefined;
  /** Address of a page that explains the refusal (RFC 6750 section 3). */
  readonly errorUri?: string | undefined;
  /** Algorithms of DPoP proofs, space-separated (RFC 9449 section 7.1). */
  readonly algs?: string | undefined;
}

/**
 * One challenge of `WWW-Authenticate` (RFC 6750 section 3, RFC 9110 section 11.6.1). Every value is
 * quoted and parameters keep one order, for clients that read the header with patterns.
 */
export function challengeOf(
  scheme: AuthenticationScheme,
  realm: string,
  parameters: ChallengeParameters = {},
): string {
  const { error, scope, resourceMetadata, errorDescription, errorUri } = parameters;
  const named: readonly (readonly [string, string | undefined])[] = [
    ['realm', realm],
    ['error', error],
    ['scope', scope],
    ['resource_metadata', resourceMetadata],
    ['error_description', errorDescription],
    ['error_uri', errorUri],
    ['acr_values', parameters.acrValues],
    ['max_age', parameters.maxAgeSeconds?.toString()],
    ['algs', parameters.algs],
  ];
  return `${scheme} ${named
    .flatMap(([name, value]) => (isCarried(value) ? `${name}=${quotedString(value)}` : []))
    .join(', ')}`;
}

/**
 * A value that no header can carry is left out: a refusal without its scope is still a refusal, and a
 * failure to write the header would be a 500.
 */
function isCarried(value: string | undefined): value is string {
  return value !== undefined && /^[ -~]*$/.test(value);
}

/** RFC 9110 section 5.6.4. */
function quotedString(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
