import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import type { Identity } from '../identity/identity.js';
import { type MarkKey, MarkKeys } from './mark-keys.js';
import { MarkTable } from './mark-table.js';
import { MARK_KINDS, type RevocationMark } from './revocation-mark.js';

/** What is worked out once for a token, and kept beside what else is remembered of it. */
export interface RevocationNote {
  readonly keys: readonly MarkKey[];
  /** The second of its issue; 0 where it does not say, so that every mark revokes it. */
  readonly issuedAt: number;
  /** From then on what was revoked in its time may be forgotten; never, where it does not say when it was issued. */
  readonly tooOldAtMs: number;
  /** How many marks there were when none revoked it: while there are no more, none does. */
  cleanAsOf: number;
}

/** All marks that this process knows of. */
export class RevokedMarks {
  private readonly keys = new MarkKeys();
  private readonly tables = MARK_KINDS.map(() => new MarkTable());
  private changes = 0;

  /** @param rememberedSeconds how old a token may be whose revocation is not forgotten. */
  constructor(private readonly rememberedSeconds: number) {}

  get size(): number {
    return this.tables.reduce((sum, { size }) => sum + size, 0);
  }

  /** In memory, outside of the heap. */
  get bytes(): number {
    return this.tables.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** @returns whether it revokes anything that was not revoked before. */
  add(mark: RevocationMark, nowSeconds: number): boolean {
    if (mark.untilSeconds <= nowSeconds) return false;
    const key = this.keys.of(mark);
    const before = mark.kind === 'token' ? Infinity : mark.issuedBeforeSeconds;
    const isNew = this.tableOf(key).put(key, before, mark.untilSeconds, nowSeconds);
    if (isNew) this.changes++;
    return isNew;
  }

  noteOn(identity: Identity, policy: IssuerPolicy | undefined): RevocationNote {
    const iat = identity.claims['iat'];
    const isDated = typeof iat === 'number' && Number.isFinite(iat);
    const issuedAt = isDated ? Math.floor(iat) : 0;
    return {
      keys: this.keys.forIdentity(identity, policy),
      issuedAt,
      // The last second counts.
      tooOldAtMs: isDated ? (issuedAt + this.rememberedSeconds + 1) * 1_000 : Infinity,
      cleanAsOf: -1,
    };
  }

  /** Whether a mark revokes a token. Where no mark has come since the last time, that is not looked up again. */
  revoke(note: RevocationNote): boolean {
    if (note.cleanAsOf === this.changes) return false;
    for (const key of note.keys) if (this.tableOf(key).before(key) >= note.issuedAt) return true;
    note.cleanAsOf = this.changes;
    return false;
  }

  /** Gives back the memory of marks that have ended. */
  tidy(nowSeconds: number): void {
    for (const table of this.tables) table.tidy(nowSeconds);
  }

  private tableOf({ kind }: MarkKey): MarkTable {
    return this.tables[kind] as MarkTable;
  }
}
