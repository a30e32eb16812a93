/** Parameters of a `Bearer` challenge beside `realm`, in the order in which they are sent. */
export interface ChallengeParameters {
  readonly error?: string | undefined;
  readonly scope?: string | undefined;
  readonly errorDescription?: string | undefined;
  /** Address of a page that explains the refusal (RFC 6750 section 3). */
  readonly errorUri?: string | undefined;
}

/**
 * The value of `WWW-Authenticate` (RFC 6750 section 3, RFC 9110 section 11.6.1). Every value is
 * quoted and parameters keep one order, for clients that read the header with patterns.
 */
export function bearerChallenge(realm: string, parameters: ChallengeParameters = {}): string {
  const { error, scope, errorDescription, errorUri } = parameters;
  const named: readonly (readonly [string, string | undefined])[] = [
    ['realm', realm],
    ['error', error],
    ['scope', scope],
    ['error_description', errorDescription],
    ['error_uri', errorUri],
  ];
  return `Bearer ${named
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${quotedString(value)}`))
    .join(', ')}`;
}

/** RFC 9110 section 5.6.4. */
function quotedString(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
