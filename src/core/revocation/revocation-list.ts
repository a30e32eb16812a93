import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ResolvedRevocation } from '../../config/resolved-config.js';
import type { Identity } from '../identity/identity.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import type { AuthenticatedCaller } from '../jwt/authenticated-token.js';
import type { AuthEvents } from '../observability/auth-events.js';
import { Refusal } from '../refusals/refusal.js';
import type { Clock } from '../util/clock.js';
import type { MaybeAsync } from '../util/maybe-async.js';
import { LifetimeLog } from './lifetime-log.js';
import { RevocationFeed } from './revocation-feed.js';
import { RevocationFreshness } from './revocation-freshness.js';
import type { RevocationMark } from './revocation-mark.js';
import type { RevocationStatus } from './revocation-status.js';
import { type RevocationNote, RevokedMarks } from './revoked-marks.js';
import { RevocationWatch } from './revocation-watch.js';

/** How often marks that have ended give back their memory. */
const TIDY_MS = 600_000;

/** What the revocation list is made of. */
export interface RevocationListParts {
  readonly config: ResolvedRevocation;
  readonly trustedIssuers: TrustedIssuers;
  readonly events: AuthEvents;
  readonly clock: Clock;
}

/** What was revoked, by any process: asked on every request, and always from memory. */
export class RevocationList implements OnModuleInit, OnApplicationShutdown {
  private readonly marks: RevokedMarks;
  private readonly lifetimes: LifetimeLog;
  private readonly feed: RevocationFeed;
  private readonly freshness: RevocationFreshness;
  private readonly watch: RevocationWatch;
  private isStarted = false;
  private stopTidying = (): void => undefined;

  constructor(private readonly parts: RevocationListParts) {
    const { config, trustedIssuers, events, clock } = parts;
    this.marks = new RevokedMarks(config.maxTokenLifetimeSeconds);
    this.lifetimes = new LifetimeLog(config.maxTokenLifetimeSeconds);
    this.watch = new RevocationWatch(this.marks, trustedIssuers, clock);
    this.feed = new RevocationFeed(
      config.store,
      {
        add: (mark, isLoaded) => this.add(mark, isLoaded),
        loaded: (durationMs) =>
          events.publish('revocationsLoaded', { marks: this.marks.size, durationMs }),
      },
      clock,
    );
    this.freshness = new RevocationFreshness(config, this.feed, events, clock);
  }

  onModuleInit(): void {
    this.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopTidying();
    this.freshness.stop();
    await this.feed.stop();
  }

  /**
   * Whether a caller's token was revoked. Answers at once, except in the first seconds of the process.
   *
   * @returns a refusal when it was, or when it is older than the list remembers.
   * @throws Refusal `keys_unavailable`, at once or as a rejection, when that is unknown.
   */
  check(caller: AuthenticatedCaller): MaybeAsync<Refusal | undefined> {
    const note = (caller.revocationNote ??= this.noteOn(caller));
    if (this.marks.revoke(note)) return revoked();
    const nowMs = this.parts.clock.now();
    if (nowMs >= note.tooOldAtMs) return tooOld();
    if (this.freshness.isFresh(nowMs)) return undefined;
    // Nest calls no hook of a module that is loaded later.
    this.start();
    return this.freshness.wait()?.then(() => this.conclude(note)) ?? this.conclude(note);
  }

  /** Adds a mark at once, whether or not the store has it. */
  add(mark: RevocationMark, isLoaded = false): void {
    if (!this.marks.add(mark, this.parts.clock.now() / 1_000)) return;
    this.watch.look();
    if (isLoaded) return;
    const issuer = this.parts.trustedIssuers.configuredName(mark.issuer);
    this.parts.events.publish('tokensRevoked', { kind: mark.kind, issuer });
  }

  /**
   * For code that keeps something open for a caller.
   *
   * @param onRevoked called once, within a second of the mark.
   * @returns a function that ends the watch.
   */
  watchFor(identity: Identity, onRevoked: () => void): () => void {
    return this.watch.add(identity, onRevoked);
  }

  status(): RevocationStatus {
    const { size: marks, bytes } = this.marks;
    return { ...this.freshness.status(), marks, bytes };
  }

  /** When the marks are there, or will not be in time. */
  private conclude(note: RevocationNote): Refusal | undefined {
    if (this.marks.revoke(note)) return revoked();
    this.freshness.require();
    return undefined;
  }

  private start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    this.feed.start();
    this.freshness.watch();
    this.tidyLater();
  }

  private noteOn({ identity, trusted }: AuthenticatedCaller): RevocationNote {
    this.lifetimes.look(identity, trusted.policy.issuer);
    return this.marks.noteOn(identity, trusted.policy);
  }

  private tidyLater(): void {
    const { clock } = this.parts;
    this.stopTidying = clock.after(TIDY_MS, () => {
      this.marks.tidy(clock.now() / 1_000);
      this.tidyLater();
    });
  }
}

function revoked(): Refusal {
  return new Refusal('token_revoked', 'revocation', 'the token was revoked through Revocations');
}

function tooOld(): Refusal {
  return new Refusal(
    'token_expired',
    'age',
    'the token is older than revocation.maxTokenLifetimeSeconds, and revocations are not remembered for longer',
  );
}
