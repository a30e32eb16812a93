import { SafeLogger } from '../util/safe-logger.js';
import type { AuthEvents } from '../observability/auth-events.js';
import type { PassedOver } from './passed-over.js';
import type { KeysRefreshedEvent } from '../observability/auth-observer.js';

/** Tells log and observers how the keys of one issuer fare. Says nothing of any token. */
export class KeyReporter {
  private readonly logger = new SafeLogger();
  private lastPassedOver = '';

  constructor(
    readonly issuer: string,
    private readonly events: AuthEvents,
  ) {}

  refreshed(refresh: Omit<KeysRefreshedEvent, 'issuer'>, hadFailed: boolean): void {
    if (hadFailed) this.logger.log(`the keys of ${this.issuer} are available again`);
    this.events.publish('keysRefreshed', { issuer: this.issuer, ...refresh });
  }

  /** @param isServed whether older keys still serve. */
  failed(failure: { reason: string; durationMs: number }, isServed: boolean): void {
    const line = `cannot fetch the keys of ${this.issuer}: ${failure.reason}`;
    if (isServed) this.logger.warn(`${line}; the keys fetched before are still used`);
    else this.logger.error(line);
    this.events.publish('keyRefreshFailed', { issuer: this.issuer, ...failure });
  }

  /** The set is empty. */
  withdrawn(): void {
    this.logger.error(
      `the key set of ${this.issuer} is empty: all keys are withdrawn, and its tokens are refused`,
    );
  }

  stale(ageSeconds: number): void {
    this.logger.warn(`the keys of ${this.issuer} are ${ageSeconds} s old, and are still used`);
    this.events.publish('staleKeysServed', { issuer: this.issuer, ageSeconds });
  }

  unknownKey(): void {
    this.events.publish('unknownKey', { issuer: this.issuer });
  }

  /** Entries of a set that can’t be used. Many sets have some, so they are named when they change. */
  passedOver(entries: PassedOver): void {
    const text = String(entries);
    if (text !== this.lastPassedOver) this.provedUseless(entries);
    this.lastPassedOver = text;
  }

  /** Entries of which that came out later, when a token needed them. */
  readonly provedUseless = (entries: PassedOver): void => {
    if (!entries.isEmpty) this.logger.warn(`keys of ${this.issuer} ignored: ${String(entries)}`);
  };
}
