import { Inject, Injectable, Optional } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { TOKENS } from '../core/util/di-tokens.js';
import type { IntrospectionState } from '../core/introspection/introspection-status.js';
import type { TrustedIssuerStatus } from '../core/keys/key-source-status.js';
import type { RevocationList } from '../core/revocation/revocation-list.js';
import type { RevocationStatus } from '../core/revocation/revocation-status.js';
import type { TrustedIssuers } from '../core/issuers/trusted-issuers.js';

/** What the health check reports for one issuer. */
export type IssuerHealth = Pick<TrustedIssuerStatus, 'state' | 'keys' | 'ageSeconds'> & {
  /** Of an issuer that is asked about tokens. */
  readonly introspection?: IntrospectionState;
};

/** What the health check reports for revocations. */
export type RevocationHealth = Omit<RevocationStatus, 'bytes'>;

/** What the health check tells beside its status. */
export interface TrustedIssuersHealth {
  /** By issuer. Errors are left out: health checks are often public. `TrustedIssuers.status()` has them. */
  readonly issuers: Readonly<Record<string, IssuerHealth>>;
  /** Absent without the option `revocation`. */
  readonly revocations?: RevocationHealth;
}

/**
 * Health of the issuers' keys and introspection endpoints for \@nestjs/terminus 11 or 12. Provide it in
 * the module that imports `TerminusModule`.
 *
 * - `down`: no issuer's tokens can be checked: for each, the last fetch of keys failed or returned an empty
 *   set, and its introspection endpoint, if it has one, does not work either. Or every token ends in a 503,
 *   because it is not known what was revoked.
 * - `degraded`: that is so for some issuer, or some issuer's keys are old, or an endpoint does not work, or
 *   what is known of revocations is old and still used (`whenStale: 'serve'`). The HTTP status stays 200,
 *   so that one dead issuer takes no instance out of service. A terminus without `degraded` says `up`.
 * - `up`: otherwise. Keys that no token has needed yet are not a fault.
 *
 * It reads what is known and waits for nothing. Only unavailable keys are fetched again, in the background
 * and no more often than after any failure: an instance out of service gets no request that would fetch them.
 */
@Injectable()
export class TrustedIssuersHealthIndicator {
  /** @internal Made by Nest. */
  constructor(
    @Inject(TOKENS.trustedIssuers) private readonly trustedIssuers: TrustedIssuers,
    @Inject(HealthIndicatorService) private readonly health: HealthIndicatorService,
    @Optional() @Inject(TOKENS.revocationList) private readonly list?: RevocationList,
  ) {}

  /** @param key of this indicator in the answer. Default `trustedIssuers`. */
  check<Key extends string = 'trustedIssuers'>(
    key: Key = 'trustedIssuers' as Key,
  ): HealthIndicatorResult<Key> {
    const statuses = this.trustedIssuers.status();
    const revocations = this.revocations();
    const data: TrustedIssuersHealth & Record<string, unknown> = {
      issuers: healthOf(statuses),
      ...(revocations && { revocations }),
    };
    const session = this.health.check(key);
    const unavailable = statuses.filter(isUnavailable).length;
    const isImpaired = statuses.some(
      ({ state, introspection }) =>
        state === 'unavailable' || state === 'stale' || introspection?.state === 'unavailable',
    );
    // An instance out of service gets no request that needs keys, and would stay out for ever.
    if (isImpaired) this.trustedIssuers.retryFailed();
    const isOut = unavailable > 0 && unavailable === statuses.length;
    if (isOut || revocations?.served === false) return session.down(data);
    // Terminus has it since 12.1.
    const canDegrade = typeof (session as Partial<typeof session>).degraded === 'function';
    const isOld = revocations !== undefined && revocations.state !== 'current';
    return (isImpaired || isOld) && canDegrade ? session.degraded(data) : session.up(data);
  }

  private revocations(): RevocationHealth | undefined {
    if (this.list === undefined) return undefined;
    const { bytes: _bytes, ...health } = this.list.status();
    return health;
  }
}

/** Whether nothing of an issuer serves, as far as it was needed. */
function isUnavailable({ state, introspection }: TrustedIssuerStatus): boolean {
  if (introspection === undefined) return state === 'unavailable';
  const [keysServe, endpointServes] = [
    ['static', 'fresh', 'stale'].includes(state),
    introspection.state === 'available',
  ];
  const isBroken = state === 'unavailable' || introspection.state === 'unavailable';
  return isBroken && !keysServe && !endpointServes;
}

function healthOf(statuses: readonly TrustedIssuerStatus[]): TrustedIssuersHealth['issuers'] {
  return Object.fromEntries(
    statuses.map(({ issuer, state, keys, ageSeconds, introspection }) => [
      issuer,
      { state, keys, ageSeconds, ...(introspection && { introspection: introspection.state }) },
    ]),
  );
}
