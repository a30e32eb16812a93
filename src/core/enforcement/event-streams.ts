import {
  type ExecutionContext,
  Inject,
  Injectable,
  type Type,
  type ValueProvider,
} from '@nestjs/common';
import { INTERCEPTORS_METADATA, SSE_METADATA } from '@nestjs/common/constants.js';
import { merge, NEVER, Observable, takeUntil, takeWhile } from 'rxjs';
import type { RequestAuthenticator } from '../guard/request-authenticator.js';
import { type Clock, LONGEST_TIMER_MS } from '../util/clock.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { TOKENS } from '../util/di-tokens.js';
import { type Identity, isIdentity } from '../identity/identity.js';
import type { RevocationList } from '../revocation/revocation-list.js';
import { exchangeOf } from '../calls/exchange-of.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import { EndOnExpiryInterceptor } from './end-on-expiry.interceptor.js';

/** How long interceptors of the application may go on with a stream whose events have ended. */
const GRACE_MS = 1_000;

/** What is used of the response of Node behind Express' and Fastify's. */
interface RawResponse {
  readonly destroyed?: boolean;
  readonly writableEnded?: boolean;
  once(event: 'close', listener: () => void): unknown;
  destroy(): unknown;
}

/** What is used of Nest's module of a handler; its own type is no part of Nest's interface. */
interface HostModule {
  readonly injectables: { get(token: Type): { readonly instance: unknown } | undefined };
  addInjectable(provider: ValueProvider, kind: 'interceptor'): unknown;
}

/** The streams of server-sent events of guarded `@Sse()` handlers, and when they end. */
@Injectable()
export class EventStreams {
  private readonly closeOnExpiry: boolean;
  private readonly interceptor = new EndOnExpiryInterceptor(this);

  constructor(
    @Inject(TOKENS.resolvedConfig) { closeOnExpiry }: ResolvedAuthConfig,
    @Inject(TOKENS.clock) private readonly clock: Clock,
    @Inject(TOKENS.requestAuthenticator) private readonly authenticator: RequestAuthenticator,
    @Inject(TOKENS.trustedIssuers) private readonly trustedIssuers: TrustedIssuers,
    @Inject(TOKENS.revocationList) private readonly revocations: RevocationList | undefined,
  ) {
    this.closeOnExpiry = closeOnExpiry;
  }

  /** Puts the interceptor before the others of a handler, where it is one of events. */
  installOn(handler: Function, module: HostModule): void {
    const hasEnd = this.closeOnExpiry || this.revocations !== undefined;
    if (!hasEnd || Reflect.getMetadata(SSE_METADATA, handler) !== true) return;
    const others = (Reflect.getMetadata(INTERCEPTORS_METADATA, handler) ??
      []) as readonly unknown[];
    if (!others.includes(EndOnExpiryInterceptor))
      Reflect.defineMetadata(INTERCEPTORS_METADATA, [EndOnExpiryInterceptor, ...others], handler);
    // Nest may have made one of its own, where another application of this process has the same classes.
    if (module.injectables.get(EndOnExpiryInterceptor)?.instance === this.interceptor) return;
    const provider = { provide: EndOnExpiryInterceptor, useValue: this.interceptor };
    module.addInjectable(provider, 'interceptor');
  }

  /**
   * The events until the caller's token expires, its issuer's clock tolerance included, as for sockets, or is
   * revoked. What ends with the stream is its timer: there is none when the client has left.
   */
  endWithToken(events: Observable<unknown>, context: ExecutionContext): Observable<unknown> {
    const caller = this.callerOf(context);
    if (caller === undefined) return events;
    const expiresAtMs = this.closeOnExpiry ? this.expiryOf(caller) : Infinity;
    let isEnded = false;
    const isOver = (): boolean => {
      if (!isEnded && this.clock.now() < expiresAtMs) return false;
      this.endAfterGrace(rawResponseOf(context));
      return true;
    };
    const expiry = new Observable<void>((subscriber) => {
      let cancel = (): void => undefined;
      const look = (): void => {
        if (isOver()) return subscriber.next();
        const remainingMs = expiresAtMs - this.clock.now();
        cancel = this.clock.after(Math.min(remainingMs, LONGEST_TIMER_MS), look);
      };
      look();
      return () => cancel();
    });
    const revocation = this.revocationOf(caller, () => {
      isEnded = true;
      isOver();
    });
    // A busy process may be late with its timers, and no event may get past the expiry for that.
    return events.pipe(
      takeWhile(() => !isOver()),
      takeUntil(merge(this.closeOnExpiry ? expiry : NEVER, revocation)),
    );
  }

  /** Emits when the token of a caller is revoked through `Revocations`. */
  private revocationOf(caller: Identity, end: () => void): Observable<void> {
    const { revocations } = this;
    if (revocations === undefined) return NEVER;
    return new Observable((subscriber) =>
      revocations.watchFor(caller, () => {
        end();
        subscriber.next();
      }),
    );
  }

  /** An interceptor outside of ours may add events of its own, such as a heartbeat, and would keep the stream open. */
  private endAfterGrace(response: RawResponse): void {
    if (response.destroyed === true || response.writableEnded === true) return;
    const cancel = this.clock.after(GRACE_MS, () => {
      if (response.writableEnded !== true) response.destroy();
    });
    response.once('close', cancel);
  }

  /** `undefined` where no token decides. */
  private callerOf(context: ExecutionContext): Identity | undefined {
    const { outcome } = this.authenticator.calls.find(context) ?? {};
    const caller = isIdentity(outcome) ? outcome : exchangeOf(context).holder.user;
    return isIdentity(caller) ? caller : undefined;
  }

  /** In milliseconds since the epoch. */
  private expiryOf(caller: Identity): number {
    const tolerance = this.trustedIssuers.clockToleranceSecondsFor(caller) ?? 0;
    return (caller.expiresAt + tolerance) * 1_000;
  }
}

function rawResponseOf(context: ExecutionContext): RawResponse {
  const response = context.switchToHttp().getResponse<RawResponse & { raw?: RawResponse }>();
  return response.raw ?? response;
}
