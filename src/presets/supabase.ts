import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { addressOption, optionsOf } from './preset-options.js';

/** Options of {@link supabase}. */
export interface SupabaseOptions {
  /** The project's URL: `https://abcdefgh.supabase.co`. */
  readonly projectUrl: string;
  /** Accepted `aud`. Default `authenticated`, which every signed-in user has, one that signed in anonymously too (`is_anonymous`). */
  readonly audience?: string | readonly string[];
}

/**
 * Access tokens of Supabase Auth, for projects with asymmetric signing keys. Tokens signed with the
 * project's old shared secret (`HS256`) are refused, and so are its `anon` and `service_role` API keys,
 * which are tokens of another issuer.
 *
 * - `iss`, `aud`, `role`, `session_id`: https://supabase.com/docs/guides/auth/jwt-fields
 * - Keys: https://supabase.com/docs/guides/auth/signing-keys
 *
 * @throws AuthConfigurationError when the address is missing or malformed.
 */
export function supabase(options: SupabaseOptions): TrustedIssuerConfig {
  const known = { projectUrl: true, audience: true } as const;
  const { projectUrl, audience = 'authenticated' } = optionsOf('supabase', options, known);
  const example = 'https://abcdefgh.supabase.co';
  const project = addressOption('supabase.projectUrl', projectUrl, example, '/auth/v1');
  const issuer = `${project}/auth/v1`;
  return {
    issuer,
    audience,
    keys: { jwksUri: `${issuer}/.well-known/jwks.json` },
    identity: { roles: 'role' },
  };
}
