import type { DynamicModule } from '@nestjs/common';
import { AuthModule } from '../auth.module.js';
import type { AuthModuleExtras } from '../auth.module-definition.js';
import { wholeConfig } from '../auth.module-options.js';
import type { AuthModuleConfig } from '../config/auth-module-config.js';
import { validateConfig } from '../config/validate-config.js';
import { resolveConfig, type ResolvedAuthConfig } from '../config/resolved-config.js';
import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import { TOKENS } from '../core/util/di-tokens.js';
import type { TestIssuer } from './test-issuer.js';

/** One issuer to trust in a test: a test issuer on its own terms, or a configuration. */
export type TestTrust = TestIssuer | TrustedIssuerConfig | string;

/** {@link AuthModuleConfig}, whose list of issuers may have test issuers as they are. */
export interface AuthTestingConfig extends Omit<AuthModuleConfig, 'issuers'> {
  /** The trusted issuers; a {@link TestIssuer} means its `config()`. Mandatory. */
  readonly issuers: readonly TestTrust[];
}

/** {@link AuthModule} for applications that are put together in a test. */
export const AuthTesting = {
  /**
   * `AuthModule.forRoot`, with test issuers in the list. For a testing module that does not import
   * the application's own `AuthModule`; {@link overrideAuth} is for one that does.
   *
   * @throws AuthConfigurationError while the application starts, listing every fault.
   */
  forRoot(config: AuthTestingConfig & AuthModuleExtras): DynamicModule {
    return AuthModule.forRoot(withTestIssuers(config));
  },
};

/**
 * What is used of a builder that `Test.createTestingModule` of \@nestjs/testing gives. By its form, so that
 * only the application needs that package.
 */
export interface ProviderOverrides {
  overrideProvider(token: symbol): {
    useValue(value: unknown): unknown;
    useFactory(options: { inject: symbol[]; factory: (own: AuthModuleConfig) => unknown }): unknown;
  };
}

/**
 * Makes an application under test trust other issuers. Guard, validation of the configuration and verification
 * of tokens are still the real ones.
 *
 * @example
 * ```ts
 * const issuer = await createTestIssuer({ audience: 'notes-api' });
 * const builder = Test.createTestingModule({ imports: [AppModule] });
 * const testing = await overrideAuth(builder, { issuers: [issuer] }).compile();
 * const app = testing.createNestApplication();
 * ```
 *
 * @param builder what `Test.createTestingModule` gave.
 * @param trust the configuration to use in place of the application's, whose own is then neither read nor made
 * (its environment need not be there); or a function that is given the application's configuration and changes
 * it, such as `(own) => ({ ...own, issuers: [issuer] })`, which keeps realm, token sources and `isRevoked`.
 * @returns the builder.
 * @throws AuthConfigurationError from `compile()`, listing every fault of the new configuration.
 */
export function overrideAuth<Builder extends ProviderOverrides>(
  builder: Builder,
  trust: AuthTestingConfig | ((own: AuthModuleConfig) => AuthTestingConfig),
): Builder {
  if (typeof trust === 'function')
    builder.overrideProvider(TOKENS.resolvedConfig).useFactory({
      inject: [TOKENS.config],
      factory: (own: AuthModuleConfig): ResolvedAuthConfig =>
        resolveConfig(validateConfig(withTestIssuers(trust(wholeConfig(own))))),
    });
  else builder.overrideProvider(TOKENS.config).useValue(withTestIssuers(trust));
  return builder;
}

function withTestIssuers<Config extends AuthTestingConfig>(
  given: Config,
): Omit<Config, 'issuers'> & AuthModuleConfig {
  const config = wholeConfig(given);
  const issuers: unknown = (config as Partial<AuthTestingConfig> | undefined)?.issuers;
  // Whatever else it is, the validator says what is wrong with it.
  if (!Array.isArray(issuers)) return config as Config & AuthModuleConfig;
  return {
    ...config,
    issuers: (issuers as readonly TestTrust[]).map((trust) =>
      isTestIssuer(trust) ? trust.config() : trust,
    ),
  };
}

/** By its member, so that an issuer made by another copy of this package (ESM, CommonJS) counts too. */
function isTestIssuer(trust: TestTrust): trust is TestIssuer {
  return typeof (trust as Partial<TestIssuer> | undefined)?.config === 'function';
}
