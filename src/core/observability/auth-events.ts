import { Inject, Injectable } from '@nestjs/common';
import { SafeLogger } from '../util/safe-logger.js';
import { type Channel, channel } from 'node:diagnostics_channel';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { TOKENS } from '../util/di-tokens.js';
import { isPromise } from '../util/maybe-async.js';
import type { AuthEventMap, AuthObserver } from './auth-observer.js';

type EventName = keyof AuthEventMap;

/** Node keeps channels by name for the whole process; that is what they are for. */
const CHANNELS: Readonly<Record<EventName, Channel>> = {
  keysRefreshed: channel('nestjs-trusted-issuers:keysRefreshed'),
  keyRefreshFailed: channel('nestjs-trusted-issuers:keyRefreshFailed'),
  staleKeysServed: channel('nestjs-trusted-issuers:staleKeysServed'),
  unknownKey: channel('nestjs-trusted-issuers:unknownKey'),
  tokensRevoked: channel('nestjs-trusted-issuers:tokensRevoked'),
  revocationsLoaded: channel('nestjs-trusted-issuers:revocationsLoaded'),
  revocationsStale: channel('nestjs-trusted-issuers:revocationsStale'),
  replayStoreFull: channel('nestjs-trusted-issuers:replayStoreFull'),
  tokenIntrospected: channel('nestjs-trusted-issuers:tokenIntrospected'),
  introspectionFailed: channel('nestjs-trusted-issuers:introspectionFailed'),
  authenticated: channel('nestjs-trusted-issuers:authenticated'),
  refused: channel('nestjs-trusted-issuers:refused'),
};

/** Tells this application's observers, and the process's diagnostics channels, what happens. */
@Injectable()
export class AuthEvents {
  private readonly logger = new SafeLogger();
  private readonly observers: readonly AuthObserver[];
  private readonly failed = new Set<EventName>();

  constructor(@Inject(TOKENS.resolvedConfig) { observers }: Pick<ResolvedAuthConfig, 'observers'>) {
    this.observers = observers;
  }

  publish<Name extends EventName>(name: Name, event: AuthEventMap[Name]): void {
    if (this.observers.length === 0 && !CHANNELS[name].hasSubscribers) return;
    for (const observer of this.observers) this.tell(observer, name, event);
    if (CHANNELS[name].hasSubscribers) CHANNELS[name].publish(event);
  }

  private tell<Name extends EventName>(
    observer: AuthObserver,
    name: Name,
    event: AuthEventMap[Name],
  ): void {
    try {
      const told: unknown = observer[name]?.(event);
      // An async method that rejects must not end the process.
      if (isPromise(told))
        Promise.resolve(told).catch((error: unknown) => this.logOnce(name, error));
    } catch (error) {
      this.logOnce(name, error);
    }
  }

  /** Once for each event: an observer that fails does so on every request. */
  private logOnce(name: EventName, error: unknown): void {
    if (this.failed.has(name)) return;
    this.failed.add(name);
    this.logger.error(`observer.${name} failed; it is not reported again`, error);
  }
}
