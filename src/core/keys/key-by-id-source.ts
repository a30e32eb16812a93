import { type Clock, elapsedMs } from '../util/clock.js';
import { Refusal } from '../refusals/refusal.js';
import { describeFailure } from './failure-description.js';
import { KEY_LIMITS } from './key-limits.js';
import type { KeyReporter } from './key-reporter.js';
import type { LoadedKeySet, LoadKeySet } from './key-set-loader.js';
import { untried } from './key-set.js';
import {
  type KeyAnswer,
  type KeyOffer,
  type KeyRefresh,
  type KeyRequest,
  type KeySource,
  unitedOffer,
  type VerificationKey,
} from './key-source.js';
import { type KeySourceStatus, staticStatus, unitedStatus } from './key-source-status.js';
import { LookupBudget } from './lookup-budget.js';
import { isKeyIdForAddress } from './public-key-loader.js';
import { RefreshedKeySet } from './refreshed-key-set.js';

const NOTHING: readonly VerificationKey[] = [];

/** Keys that are fetched one by one, each when a token first names its `kid`, and then kept fresh. */
export class KeyByIdSource implements KeySource, KeyRefresh {
  readonly refresh = this;
  readonly isRemote = true;
  /** Holds only keys that were found, so that made-up `kid`s can't crowd out keys in use. */
  private readonly held = new Map<string, RefreshedKeySet>();
  /** When a `kid` was found to name no key. */
  private readonly absent = new Map<string, number>();
  private readonly underWay = new Map<string, Promise<readonly VerificationKey[]>>();
  private readonly budget: LookupBudget;
  private lastError: KeySourceStatus['lastError'];

  constructor(
    private readonly loaderOf: (keyId: string) => LoadKeySet,
    private readonly clock: Clock,
    private readonly report: KeyReporter,
  ) {
    this.budget = new LookupBudget(clock);
  }

  find(request: KeyRequest): KeyAnswer {
    const { keyId, expired } = request;
    if (keyId === undefined || !isKeyIdForAddress(keyId)) return NOTHING;
    const set = this.held.get(keyId);
    if (set) {
      const known = untried(set.known(request));
      return known.length > 0 ? known : set.ask(request);
    }
    // An expired token is not worth a fetch.
    if (expired || this.isAbsent(keyId)) return NOTHING;
    return this.underWay.get(keyId) ?? this.lookUp(keyId, request);
  }

  /** Each `kid` has one key; a token it did not verify may have been signed with its successor. */
  findMore(request: KeyRequest, tried: readonly VerificationKey[]): KeyAnswer {
    const set = request.keyId === undefined ? undefined : this.held.get(request.keyId);
    if (set === undefined) return NOTHING;
    const known = untried(set.known(request), tried);
    if (known.length === 0) set.doubt(request);
    return known;
  }

  offer(request: KeyRequest): KeyOffer {
    return unitedOffer([...this.held.values()].map((set) => set.offer(request)));
  }

  async all(): Promise<readonly VerificationKey[]> {
    return (await Promise.all([...this.held.values()].map((set) => set.all()))).flat();
  }

  isCurrent(key: VerificationKey, nowMs: number): boolean {
    return this.held.get(key.keyId ?? '')?.holds(key, nowMs) ?? false;
  }

  /** Does nothing: which keys there are is known only from tokens. */
  warmUp(): void {}

  retryFailed(): void {
    for (const set of this.held.values()) set.retryFailed();
  }

  status(): KeySourceStatus {
    if (this.held.size > 0) return unitedStatus([...this.held.values()].map((set) => set.status()));
    const { lastError } = this;
    return { ...staticStatus(0), state: lastError ? 'unavailable' : 'pending', lastError };
  }

  /** @throws Refusal `keys_unavailable` when too many keys are being looked up already. */
  private lookUp(keyId: string, request: KeyRequest): Promise<readonly VerificationKey[]> {
    if (!this.budget.take()) throw unavailable(KEY_LIMITS.lookupEverySeconds);
    if (this.held.size > 0) this.report.unknownKey();
    const looking = this.fetchKey(keyId, request).finally(() => this.underWay.delete(keyId));
    this.underWay.set(keyId, looking);
    return looking;
  }

  private async fetchKey(keyId: string, request: KeyRequest): Promise<readonly VerificationKey[]> {
    const load = this.loaderOf(keyId);
    const startedAt = performance.now();
    let first: LoadedKeySet | undefined;
    try {
      first = await load({ isForUnknownKey: true });
    } catch (error) {
      const reason = describeFailure(error);
      this.lastError = { at: new Date(this.clock.now()), message: reason };
      const durationMs = performance.now() - startedAt;
      this.report.failed({ reason, durationMs }, this.held.size > 0);
      throw unavailable(1);
    }
    if (isEmpty(first)) {
      keep(this.absent, keyId, this.clock.now(), KEY_LIMITS.rememberedMisses);
      return NOTHING;
    }
    // The set first gets the key that was just loaded; later it fetches the key again itself.
    const loadAnew: LoadKeySet = (need) => {
      const loaded = first;
      first = undefined;
      return loaded === undefined ? load(need) : Promise.resolve(loaded);
    };
    const set = new RefreshedKeySet(loadAnew, this.clock, this.report);
    const keys = await set.ask(request);
    keep(this.held, keyId, set, KEY_LIMITS.keysHeldById);
    this.budget.giveBack();
    this.lastError = undefined;
    return keys;
  }

  private isAbsent(keyId: string): boolean {
    const since = this.absent.get(keyId);
    if (since === undefined) return false;
    if (elapsedMs(since, this.clock.now()) < KEY_LIMITS.absentSeconds * 1_000) return true;
    this.absent.delete(keyId);
    return false;
  }
}

function isEmpty({ document }: LoadedKeySet): boolean {
  return (document as { readonly keys: readonly unknown[] }).keys.length === 0;
}

/** Adds an entry; in a full map it replaces the oldest. */
function keep<Value>(map: Map<string, Value>, name: string, value: Value, most: number): void {
  map.set(name, value);
  const [oldest = name] = map.keys();
  if (map.size > most) map.delete(oldest);
}

function unavailable(retryAfterSeconds: number): Refusal {
  return new Refusal('keys_unavailable', 'key', 'no keys', { retryAfterSeconds });
}
