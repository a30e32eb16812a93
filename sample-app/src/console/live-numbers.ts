import type { AuthObserver, RefusalCode } from 'nestjs-trusted-issuers';
import { Subject } from 'rxjs';

/** What has happened since the start. */
export interface Numbers {
  /** Tokens that passed all steps. */
  readonly verified: number;
  /** Tokens known from before. */
  readonly remembered: number;
  readonly refused: Readonly<Partial<Record<RefusalCode, number>>>;
}

/** Counts what the module's observer is told. A real application would use the OpenTelemetry observer. */
export class LiveNumbers {
  private verified = 0;
  private remembered = 0;
  private readonly refused: Partial<Record<RefusalCode, number>> = {};
  /** Fires when anything happened that the page shows. */
  readonly changes = new Subject<void>();

  readonly observer: AuthObserver = {
    authenticated: ({ remembered }) => {
      if (remembered) this.remembered += 1;
      else this.verified += 1;
      this.changes.next();
    },
    refused: ({ code }) => {
      this.refused[code] = (this.refused[code] ?? 0) + 1;
      this.changes.next();
    },
    keysRefreshed: () => this.changes.next(),
    keyRefreshFailed: () => this.changes.next(),
  };

  read(): Numbers {
    return { verified: this.verified, remembered: this.remembered, refused: { ...this.refused } };
  }
}
