import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { addressOption, isPresent, optionsOf } from './preset-options.js';

/** Options of {@link adfs}. */
export interface AdfsOptions {
  /** Address of the federation service: `https://adfs.example.com`. */
  readonly url: string;
  /**
   * The `access_token_issuer` of `/adfs/.well-known/openid-configuration`, where it is not the default:
   * `http://HOST/adfs/services/trust`, which is a name and never fetched from.
   */
  readonly issuer?: string;
  /** Identifier of the Web API, or `microsoft:identityserver:` and the client id. Absent: the module's `audience`. */
  readonly audience?: string | readonly string[];
}

/**
 * Access tokens of Active Directory Federation Services (AD FS 2016 and later). Its metadata document
 * names the issuer of ID tokens, another string: those are refused, and keys are not found by it.
 *
 * - `aud`, and what claim rules add:
 *   https://learn.microsoft.com/en-us/windows-server/identity/ad-fs/development/ad-fs-openid-connect-oauth-concepts
 * - `access_token_issuer`:
 *   https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-oidce/f629647a-4825-465b-80bb-32c7e9cec2c8
 * - The two issuers: https://github.com/MicrosoftDocs/windowsserverdocs/issues/551
 * - A token with `appid` and `scp` and without `sub`:
 *   https://github.com/DuendeArchive/IdentityServer4/issues/812
 * - Let a claim rule of the Web API issue a `sub` where there is none. For another claim write
 *   `{ ...adfs(…), identity: { subject: '…' } }`, and choose one that never changes hands.
 *
 * @throws AuthConfigurationError when the address is missing or malformed.
 */
export function adfs(options: AdfsOptions): TrustedIssuerConfig {
  const known = { url: true, issuer: true, audience: true } as const;
  const { url, issuer, audience } = optionsOf('adfs', options, known);
  const address = addressOption('adfs.url', url, 'https://adfs.example.com', '/adfs');
  return {
    issuer: issuer ?? `http://${new URL(address).host}/adfs/services/trust`,
    audience,
    keys: { jwksUri: `${address}/adfs/discovery/keys` },
    requiredClaims: { appid: isPresent },
  };
}
