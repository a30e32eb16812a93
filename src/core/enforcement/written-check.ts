import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import {
  AuthConfigurationError,
  type ConfigurationFault,
} from '../../config/configuration-error.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { TOKENS } from '../util/di-tokens.js';
import { faultsOfAppGuards, faultsOfProvidedGuards } from './app-guards-check.js';
import { faultsOfDemandedIssuers } from './demanded-issuers-check.js';
import { faultsOfDemands } from './demands-check.js';
import { faultsOfGateways } from './gateways-check.js';
import { faultsOfHandlers } from './handlers-check.js';

/** Compares, when everything is in place, what the code says with what Nest runs. */
@Injectable()
export class WrittenCheck implements OnApplicationBootstrap {
  private globalGuards: ReadonlySet<unknown> | undefined;

  constructor(
    @Inject(TOKENS.modules) private readonly modules: ModulesContainer,
    @Inject(TOKENS.application) private readonly application: ApplicationConfig,
    @Inject(TOKENS.resolvedConfig) private readonly config: ResolvedAuthConfig,
  ) {}

  /** Nest makes the routes of HTTP next, with the guards that the application has now. */
  noteGlobalGuards(): void {
    this.globalGuards = new Set(this.application.getGlobalGuards());
  }

  /** @throws AuthConfigurationError with everything that is written and would not be enforced. */
  onApplicationBootstrap(): void {
    const faults: readonly ConfigurationFault[] = [
      ...faultsOfAppGuards(this.modules, this.application, this.globalGuards),
      ...faultsOfProvidedGuards(this.modules),
      ...faultsOfHandlers(this.modules, this.application),
      ...faultsOfDemands(this.modules),
      ...faultsOfDemandedIssuers(this.modules, this.config),
      ...faultsOfGateways(this.modules),
    ];
    if (faults.length > 0) throw new AuthConfigurationError(faults);
  }
}
