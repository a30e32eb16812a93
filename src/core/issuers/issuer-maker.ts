import { AuthConfigurationError } from '../../config/configuration-error.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { type IssuerPolicy, resolveTrustedIssuer } from '../../config/resolved-issuer.js';
import { validateTrustedIssuer } from '../../config/validate-config.js';
import { createKeySource, type KeySourceSurroundings } from '../keys/create-key-source.js';
import type { IssuerDirectory } from './issuer-directory.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/** Makes trusted issuers from their terms, and checks those that come while the application runs. */
export class IssuerMaker {
  /**
   * @param directory whose names are used already.
   * @param startIntrospecting called before each issuer that uses introspection is made.
   */
  constructor(
    private readonly config: ResolvedAuthConfig,
    private readonly directory: Pick<IssuerDirectory, 'named'>,
    private readonly surroundings: KeySourceSurroundings,
    private readonly startIntrospecting: () => void,
  ) {}

  /** @param policy which was validated. */
  make(policy: IssuerPolicy): TrustedIssuer {
    if (policy.introspection) this.startIntrospecting();
    return { policy, keys: createKeySource(policy, this.surroundings) };
  }

  /**
   * @param former an issuer whose names may be used again.
   * @throws AuthConfigurationError when the terms are invalid, or a name is already used.
   */
  validated(terms: unknown, former?: TrustedIssuer): TrustedIssuer {
    const { audience, backChannelLogout, dpop, mtls } = this.config;
    const has = (name: string): boolean => {
      const holder = this.directory.named(name);
      return holder !== undefined && holder !== former;
    };
    const sound = validateTrustedIssuer(terms, {
      ...{ audience, backChannelLogout, dpop, mtls },
      issuersInUse: { has },
    });
    return this.make(resolveTrustedIssuer(sound, this.config));
  }

  /**
   * An issuer that was found by the `iss` of a token. Padding and opaque tokens are refused, because both
   * must be known before an `iss` is read.
   *
   * @throws AuthConfigurationError like {@link validated}.
   */
  resolved(terms: unknown): TrustedIssuer {
    const trusted = this.validated(terms);
    if (trusted.policy.allowPadding) throw paddingUnknown();
    if (trusted.policy.introspection?.mode === 'opaque') throw namelessTokens();
    return trusted;
  }
}

function paddingUnknown(): AuthConfigurationError {
  const message =
    'only an issuer in the list can have it. List this one in issuers, or leave it out.';
  return new AuthConfigurationError([{ path: 'allowPadding', message }]);
}

function namelessTokens(): AuthConfigurationError {
  const message =
    "an opaque token names no issuer, so resolveIssuer is never asked about it. List the issuer, or use the mode 'always' for its JWTs.";
  return new AuthConfigurationError([{ path: 'introspection.mode', message }]);
}
