import type { TransmitterConfig } from '../../../config/revocation-config.js';
import type { Clock } from '../../util/clock.js';
import { SafeLogger } from '../../util/safe-logger.js';
import type { EventAnswer, EventReceiver } from './event-endpoint.js';
import type { EventTokenKind, EventTokenVerifier } from './event-token-verifier.js';
import { type Defect, RejectedEvent, TooManyUnverified, UNKNOWN_SENDER } from './rejected-event.js';
import { type Signal, validateSignalToken } from './signal-token.js';
import type { SignalTargets } from './signal-targets.js';
import type { TokenEndings } from './token-endings.js';
import type { Transmitters } from './transmitters.js';

/** RFC 8935 section 2.4. */
const CODES: Readonly<Record<Defect, string>> = {
  form: 'invalid_request',
  claims: 'invalid_request',
  repeated: 'invalid_request',
  issuer: 'invalid_issuer',
  audience: 'invalid_audience',
  key: 'invalid_key',
};

/** The security event tokens of the transmitters (SSF 1.0 section 4.1.1). */
export function signalTokens(transmitters: Transmitters): EventTokenKind {
  return { type: 'secevent+jwt', senderOf: (iss) => transmitters.keysOf(iss) };
}

/**
 * Takes security event tokens by push (RFC 8935) and ends the access tokens that events are about. A
 * repeated one gets the same answer (RFC 8935 section 2) and changes nothing.
 */
export class SharedSignals implements EventReceiver {
  readonly name = 'sharedSignals';
  readonly mediaType = 'application/secevent+jwt';
  private readonly logger = new SafeLogger();
  /** Transmitters for which the log has said that a subject is unknown here. */
  private readonly explained = new Set<string>();

  constructor(
    private readonly verifier: EventTokenVerifier,
    private readonly endings: TokenEndings,
    private readonly clock: Clock,
    private readonly transmitters: Transmitters,
    private readonly targets: SignalTargets,
  ) {}

  async receive(body: unknown): Promise<EventAnswer> {
    if (typeof body !== 'string') return this.malformed('the body is no token');
    const token = await this.verifier.verify(body.trim());
    if (token instanceof TooManyUnverified) return token.answer;
    if (token instanceof RejectedEvent) return rejected(token);
    const transmitter = this.transmitters.named(token.claims['iss']);
    if (transmitter === undefined) return rejected(UNKNOWN_SENDER);
    const audience = [transmitter.audience].flat();
    const signals = validateSignalToken(token, audience, this.clock.now() / 1_000);
    if (signals instanceof RejectedEvent) return rejected(signals);
    try {
      for (const signal of signals) await this.obey(signal, transmitter);
    } catch (error) {
      token.forget();
      throw error;
    }
    return { status: 202 };
  }

  malformed(description: string): EventAnswer {
    return rejected(new RejectedEvent('form', description));
  }

  private async obey(signal: Signal, transmitter: TransmitterConfig): Promise<void> {
    const targets = await this.targets.of(signal, transmitter);
    if (targets.length === 0) this.explain(transmitter);
    await this.endings.end(targets, signal.atSeconds);
  }

  /** Logged once: from outside, an event that ends nothing looks like one that does. */
  private explain({ issuer }: TransmitterConfig): void {
    if (this.explained.has(issuer)) return;
    this.explained.add(issuer);
    this.logger.warn(
      `sharedSignals: an event of ${JSON.stringify(issuer)} has ended no tokens, because no user or session ` +
        'here matches its subject. Map its subjects in subjectOf. Later events like it are not logged.',
    );
  }
}

/** RFC 8935 section 2.3. */
function rejected({ defect, description }: RejectedEvent): EventAnswer {
  const body = { err: CODES[defect], description };
  return { status: 400, body, reason: description };
}
