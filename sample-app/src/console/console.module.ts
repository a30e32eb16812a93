import { type DynamicModule, Module } from '@nestjs/common';
import { TrustedIssuers } from 'nestjs-trusted-issuers';
import type { SampleIssuers } from '../issuers/sample-issuers.js';
import { ConsoleController } from './console.controller.js';
import { ALGORITHMS, IssuerSwitches } from './issuer-switches.js';
import { LiveNumbers } from './live-numbers.js';
import { Logouts, type Processes } from './logouts.js';
import { RequestTraces } from './request-traces.js';

/** Who watches the API for the page; made before the application, which is to tell them. */
export interface Watchers {
  readonly traces: RequestTraces;
  readonly numbers: LiveNumbers;
}

/** The page's support, apart from the API it shows. */
@Module({})
export class ConsoleModule {
  static for(
    issuers: SampleIssuers,
    { traces, numbers }: Watchers,
    processes: Processes,
  ): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: [ConsoleController],
      providers: [
        { provide: RequestTraces, useValue: traces },
        { provide: LiveNumbers, useValue: numbers },
        { provide: Logouts, useValue: new Logouts(issuers, ALGORITHMS, processes) },
        {
          provide: IssuerSwitches,
          inject: [TrustedIssuers],
          useFactory: (trusted: TrustedIssuers) => new IssuerSwitches(issuers, trusted),
        },
      ],
    };
  }
}
