import type { Identity } from '../identity/identity.js';
import type { TrustedIssuers } from '../issuers/trusted-issuers.js';
import type { Clock } from '../util/clock.js';
import { SafeLogger } from '../util/safe-logger.js';
import type { RevocationNote, RevokedMarks } from './revoked-marks.js';

/** Marks that arrive together are handled together. */
const GATHERING_MS = 50;

/** Something that stays open for a caller: a socket, or a stream. */
interface Watched {
  readonly note: RevocationNote;
  readonly onRevoked: () => void;
}

/** Tells code that keeps something open for a caller that the caller's token was revoked. */
export class RevocationWatch {
  private readonly logger = new SafeLogger();
  private readonly watched = new Set<Watched>();
  private isScheduled = false;

  constructor(
    private readonly marks: RevokedMarks,
    private readonly trustedIssuers: Pick<TrustedIssuers, 'policyFor'>,
    private readonly clock: Clock,
  ) {}

  /**
   * @param onRevoked called once, soon after the mark arrives.
   * @returns a function that ends the watch.
   */
  add(identity: Identity, onRevoked: () => void): () => void {
    const note = this.marks.noteOn(identity, this.trustedIssuers.policyFor(identity));
    const watched = { note, onRevoked };
    this.watched.add(watched);
    // It may have been revoked while it was opened.
    if (this.marks.revoke(note)) this.look();
    return () => void this.watched.delete(watched);
  }

  /** To be called after every mark. */
  look(): void {
    if (this.isScheduled || this.watched.size === 0) return;
    this.isScheduled = true;
    this.clock.after(GATHERING_MS, () => {
      this.isScheduled = false;
      for (const watched of this.watched) if (this.marks.revoke(watched.note)) this.tell(watched);
    });
  }

  private tell(watched: Watched): void {
    this.watched.delete(watched);
    try {
      watched.onRevoked();
    } catch (error) {
      // The other callbacks must still run.
      this.logger.error('a connection of a revoked token could not be closed', error);
    }
  }
}
