import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import type { ResolvedAuthConfig } from '../../../config/resolved-config.js';
import type { TrustedIssuers } from '../../issuers/trusted-issuers.js';
import { JwtAuthenticator } from '../../jwt/jwt-authenticator.js';
import type { SignatureVerifier } from '../../jwt/signature-verifier.js';
import type { AuthEvents } from '../../observability/auth-events.js';
import { belowGlobalPrefix } from '../../refusals/application-presentation.js';
import type { Revocations } from '../../revocation/revocations.js';
import type { Clock } from '../../util/clock.js';
import { BackChannelLogout, logoutTokens } from './back-channel-logout.js';
import { EventEndpoint, type EventReceiver } from './event-endpoint.js';
import { type EventTokenKind, EventTokenVerifier } from './event-token-verifier.js';
import { SharedSignals, signalTokens } from './shared-signals.js';
import { SignalTargets } from './signal-targets.js';
import { TokenEndings } from './token-endings.js';
import { Transmitters } from './transmitters.js';

/** What the receivers of events work with. */
export interface SecurityEventParts {
  readonly config: ResolvedAuthConfig;
  readonly clock: Clock;
  readonly events: AuthEvents;
  readonly signatures: SignatureVerifier;
  readonly issuers: TrustedIssuers;
  readonly revocations: Revocations;
}

/** Beside the token a form may hold other parameters, which are ignored. */
const FORM_MARGIN_BYTES = 4_096;

/** Serves the endpoints at which the application is told of what ends tokens. */
export class SecurityEventRoutes {
  private readonly receivers: readonly (readonly [path: string, receiver: EventReceiver])[];
  private readonly maxBytes: number;

  constructor(
    parts: SecurityEventParts,
    private readonly application: ApplicationConfig,
    private readonly adapterHost: HttpAdapterHost,
  ) {
    const { config } = parts;
    this.receivers = [
      ...(config.backChannelLogout
        ? [[config.backChannelLogout.path, backChannelLogout(parts)] as const]
        : []),
      ...(config.sharedSignals
        ? [[config.sharedSignals.path, sharedSignals(config.sharedSignals, parts)] as const]
        : []),
    ];
    this.maxBytes = config.maxTokenBytes + FORM_MARGIN_BYTES;
  }

  /** Adds the routes; the global prefix must be set. */
  register(): void {
    // Typed as always there; it is absent in an application context without HTTP.
    const { httpAdapter } = this.adapterHost as Partial<HttpAdapterHost>;
    if (!httpAdapter) return;
    for (const [path, receiver] of this.receivers)
      new EventEndpoint(httpAdapter, receiver, this.maxBytes).register(
        belowGlobalPrefix(path, this.application),
      );
  }
}

function backChannelLogout(parts: SecurityEventParts): EventReceiver {
  const { revocations, clock, issuers } = parts;
  return new BackChannelLogout(
    verifierOf(logoutTokens(issuers), parts),
    new TokenEndings(revocations),
    clock,
  );
}

function sharedSignals(
  { transmitters: listed }: NonNullable<ResolvedAuthConfig['sharedSignals']>,
  parts: SecurityEventParts,
): EventReceiver {
  const { revocations, clock, events, issuers } = parts;
  const transmitters = new Transmitters(listed, issuers, { clock, events });
  const verifier = verifierOf(signalTokens(transmitters), parts);
  const targets = new SignalTargets(issuers);
  return new SharedSignals(verifier, new TokenEndings(revocations), clock, transmitters, targets);
}

/** What these tokens have in common with access tokens is how a signature is checked. None is remembered. */
function verifierOf(kind: EventTokenKind, parts: SecurityEventParts): EventTokenVerifier {
  const { config, issuers, signatures, clock } = parts;
  const forgetful = { ...config, verifiedTokenCache: false } as const;
  const trial = new JwtAuthenticator(issuers, signatures, clock, forgetful);
  return new EventTokenVerifier(kind, trial, clock, config.maxTokenBytes);
}
