import type { CredentialsRequest } from './exchange.js';

/** Authentication schemes that a token can come under (RFC 6750 section 2.1, RFC 9449 section 7.1). */
export type AuthenticationScheme = 'Bearer' | 'DPoP';

/** The one access token of a call, and how it came. */
export interface Credentials {
  readonly token: string;
  readonly scheme: AuthenticationScheme;
  /** Whether it came in `Authorization`: a bound token counts from nowhere else. */
  readonly isInAuthorization: boolean;
  /** What it came with; `undefined` where the application handed over a token alone. */
  readonly request: CredentialsRequest | undefined;
}
