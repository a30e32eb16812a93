import type { AuthEvents } from '../observability/auth-events.js';
import { type Clock, elapsedMs } from '../util/clock.js';
import { SafeLogger } from '../util/safe-logger.js';

/** So many members are named in one line. */
const MAX_NAMED = 5;
/** Two lines that say the same are so far apart, however often it happens. */
const QUIET_MS = 30_000;

/** Tells log and observers how the introspection endpoint of one issuer fares. Says nothing of any token. */
export class IntrospectionReporter {
  private readonly logger = new SafeLogger();
  /** When each kind of line was last written; a client may cause failures and successes in turn. */
  private readonly saidAt = new Map<string, number>();
  /** The kinds of failure since the last answer of use. */
  private readonly episode = new Set<string>();

  constructor(
    private readonly issuer: string,
    private readonly clock: Clock,
    private readonly events: AuthEvents,
  ) {}

  answered(active: boolean, durationMs: number): void {
    if (this.episode.size > 0 && this.isDue('again'))
      this.logger.log(`the tokens of ${this.issuer} can be introspected again`);
    this.episode.clear();
    this.events.publish('tokenIntrospected', { issuer: this.issuer, active, durationMs });
  }

  /** Said once for each kind and episode: while the endpoint is down every request fails. */
  failed(kind: string, failure: { readonly reason: string; readonly durationMs: number }): void {
    if (!this.episode.has(kind) && this.isDue(kind))
      this.logger.error(`cannot introspect tokens of ${this.issuer}: ${failure.reason}`);
    this.episode.add(kind);
    this.events.publish('introspectionFailed', { issuer: this.issuer, ...failure });
  }

  /** The answer and the token say different things. */
  contradicted(members: readonly string[]): void {
    if (this.isDue('contradiction'))
      this.logger.error(
        `the introspection of a token of ${this.issuer} contradicts the token itself in ${members.slice(0, MAX_NAMED).join(', ')}: which of the two is right cannot be told`,
      );
  }

  tooMany(maxConcurrent: number): void {
    if (this.isDue('too many'))
      this.logger.warn(
        `${maxConcurrent} introspections of ${this.issuer} are under way (maxConcurrent), and further ones are refused`,
      );
  }

  addressKept(reason: string): void {
    if (this.isDue('address'))
      this.logger.warn(
        `cannot read the metadata of ${this.issuer}: ${reason}; the introspection endpoint known before is asked`,
      );
  }

  private isDue(kind: string): boolean {
    const now = this.clock.now();
    const due = elapsedMs(this.saidAt.get(kind) ?? Number.NEGATIVE_INFINITY, now) >= QUIET_MS;
    if (due) this.saidAt.set(kind, now);
    return due;
  }
}
