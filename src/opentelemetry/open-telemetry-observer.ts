import { type Meter, type MetricOptions, metrics } from '@opentelemetry/api';
import type { AuthObserver } from '../core/observability/auth-observer.js';
import { LruMap } from '../core/util/lru-map.js';

/** How the metrics are made. */
export interface OpenTelemetryObserverOptions {
  /** Where the instruments are made. Default: `metrics.getMeter('nestjs-trusted-issuers')`. */
  readonly meter?: Meter;
}

/** Bucket bounds in seconds: a verification takes tens of microseconds, one that fetches keys a second. */
const DURATION_BOUNDS = [
  ...[0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005],
  ...[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
];
/** What all histograms of durations have in common. */
const SECONDS: MetricOptions = {
  unit: 's',
  advice: { explicitBucketBoundaries: DURATION_BOUNDS },
};

/** Nothing tells when an issuer is no longer trusted. Keys of this age serve in no case. */
const MAX_AGE_MS = 2 * 86_400_000;
/** What is told of: half as many series as an SDK takes of one instrument where nothing else is set. */
const MAX_SERIES = 1_000;

/**
 * An observer that counts with \@opentelemetry/api. Give it as `observer` of the module, once for
 * each application.
 *
 * | instrument | attributes |
 * |---|---|
 * | counter `trusted_issuers.authentications` | `issuer`, `code` (`ok`, or that of the refusal; a good token whose scopes or roles are not enough counts under both) |
 * | histogram `trusted_issuers.verification.duration` in seconds, of tokens not verified before | `issuer`, `code` |
 * | counter `trusted_issuers.key_fetches` | `issuer`, `outcome` (`success`, `failure`) |
 * | counter `trusted_issuers.unknown_keys` | `issuer` |
 * | counter `trusted_issuers.stale_episodes` | `issuer` |
 * | counter `trusted_issuers.revocations` | `issuer`, `kind` (`token`, `session`, `subject`, `client`, `issuer`) |
 * | counter `trusted_issuers.revocation_stale_episodes` | `served` |
 * | histogram `trusted_issuers.revocations.load.duration` in seconds | |
 * | counter `trusted_issuers.proofs_not_remembered` | `isOfOneClient` |
 * | histogram `trusted_issuers.introspection.duration` in seconds | `issuer`, `outcome` (`active`, `inactive`, `failure`) |
 * | gauge `trusted_issuers.keys.age` in seconds since the last successful fetch, up to two days; the 1,000 issuers that were fetched last | `issuer` |
 *
 * `issuer` is the configured one, and absent where a request named none that is trusted.
 */
export function createOpenTelemetryObserver({
  meter = metrics.getMeter('nestjs-trusted-issuers'),
}: OpenTelemetryObserverOptions = {}): Required<AuthObserver> {
  const authentications = meter.createCounter('trusted_issuers.authentications', {
    description: 'Requests by outcome',
  });
  const duration = meter.createHistogram('trusted_issuers.verification.duration', {
    description: 'Time it takes to check a token',
    ...SECONDS,
  });
  const fetches = meter.createCounter('trusted_issuers.key_fetches', {
    description: 'Fetches of key sets',
  });
  const unknownKeys = meter.createCounter('trusted_issuers.unknown_keys', {
    description: 'Tokens that name an unknown key of the issuer',
  });
  const staleEpisodes = meter.createCounter('trusted_issuers.stale_episodes', {
    description: 'How often old keys came into use because newer ones could not be fetched',
  });
  const revocations = meter.createCounter('trusted_issuers.revocations', {
    description: 'Marks that revoke tokens, by this process or another',
  });
  const revocationStaleEpisodes = meter.createCounter('trusted_issuers.revocation_stale_episodes', {
    description: 'How often the known revocations became too old',
  });
  const revocationLoad = meter.createHistogram('trusted_issuers.revocations.load.duration', {
    description: 'Time it takes to load the revocations',
    ...SECONDS,
  });
  const proofsNotRemembered = meter.createCounter('trusted_issuers.proofs_not_remembered', {
    description: 'DPoP proofs refused because the replay store had no room',
  });
  const introspections = meter.createHistogram('trusted_issuers.introspection.duration', {
    description: 'Time until the issuer answers an introspection',
    ...SECONDS,
  });
  const fetchedAt = new LruMap<string, number>(MAX_SERIES);
  meter
    .createObservableGauge('trusted_issuers.keys.age', {
      description: 'Age of the keys of an issuer',
      unit: 's',
    })
    .addCallback((result) => {
      for (const [issuer, at] of fetchedAt.entries()) {
        const ageMs = Date.now() - at;
        if (ageMs >= MAX_AGE_MS) fetchedAt.delete(issuer);
        else result.observe(ageMs / 1_000, { issuer });
      }
    });

  const count = (
    code: string,
    issuer: string | undefined,
    durationMs: number | undefined,
  ): void => {
    const attributes = { code, ...(issuer !== undefined && { issuer }) };
    authentications.add(1, attributes);
    if (durationMs !== undefined) duration.record(durationMs / 1_000, attributes);
  };
  return {
    authenticated: ({ issuer, durationMs }) => count('ok', issuer, durationMs),
    replayStoreFull: ({ isOfOneClient }) => proofsNotRemembered.add(1, { isOfOneClient }),
    refused: ({ code, issuer, durationMs }) => count(code, issuer, durationMs),
    keysRefreshed: ({ issuer }) => {
      fetchedAt.set(issuer, Date.now());
      fetches.add(1, { issuer, outcome: 'success' });
    },
    keyRefreshFailed: ({ issuer }) => fetches.add(1, { issuer, outcome: 'failure' }),
    tokenIntrospected: ({ issuer, active, durationMs }) =>
      introspections.record(durationMs / 1_000, {
        issuer,
        outcome: active ? 'active' : 'inactive',
      }),
    introspectionFailed: ({ issuer, durationMs }) =>
      introspections.record(durationMs / 1_000, { issuer, outcome: 'failure' }),
    unknownKey: ({ issuer }) => unknownKeys.add(1, { issuer }),
    staleKeysServed: ({ issuer }) => staleEpisodes.add(1, { issuer }),
    tokensRevoked: ({ kind, issuer }) =>
      revocations.add(1, { kind, ...(issuer !== undefined && { issuer }) }),
    revocationsLoaded: ({ durationMs }) => revocationLoad.record(durationMs / 1_000),
    revocationsStale: ({ served }) => revocationStaleEpisodes.add(1, { served }),
  };
}
