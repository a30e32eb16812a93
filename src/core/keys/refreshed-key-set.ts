import { type Clock, elapsedMs } from '../util/clock.js';
import { KEY_LIMITS } from './key-limits.js';
import { Refusal } from '../refusals/refusal.js';
import { FetchBackOff } from './fetch-back-off.js';
import { describeFailure } from './failure-description.js';
import { readJwkSet } from './read-jwk-set.js';
import type { KeyReporter } from './key-reporter.js';
import type { LoadKeySet } from './key-set-loader.js';
import { type KeyLifetime, keyLifetime } from './key-lifetime.js';
import { type KeyChoice, KeySet, untried } from './key-set.js';
import type { KeyAnswer, KeyOffer, KeyRequest, VerificationKey } from './key-source.js';
import type { KeySourceState, KeySourceStatus } from './key-source-status.js';
import { UnknownKeyGate } from './unknown-key-gate.js';

const NO_KEYS: KeyChoice = { keys: [], isPartial: false };

/**
 * One key set, kept fresh without timers: requests that need keys start the fetch, ahead of time and in
 * the background while the old keys are still usable. One fetch at a time serves all requests.
 */
export class RefreshedKeySet {
  private keys = new KeySet();
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private lifetime: KeyLifetime = keyLifetime();
  private flight: Promise<void> | undefined;
  private isStaleReported = false;
  /** The last set that was fetched was empty. */
  private isEmptied = false;
  private lastError: KeySourceStatus['lastError'];
  private readonly backOff: FetchBackOff;
  private readonly gate: UnknownKeyGate;

  constructor(
    private readonly load: LoadKeySet,
    private readonly clock: Clock,
    private readonly report: KeyReporter,
  ) {
    this.backOff = new FetchBackOff(clock);
    this.gate = new UnknownKeyGate(clock);
  }

  /** The fitting keys that are here. Never waits; calls of it keep the keys fresh. */
  known(request: KeyRequest): KeyChoice {
    return this.keepFresh(this.clock.now()) ? this.keys.select(request) : NO_KEYS;
  }

  /** Which keys are here, to explain why none fits. */
  offer(request: KeyRequest): KeyOffer {
    return this.keys.offer(request);
  }

  /** Whether the named key may be missing here, whichever keys were tried instead. */
  mayLack(request: KeyRequest): boolean {
    if (!this.isUsable()) return true;
    return request.keyId !== undefined && !this.keys.names(request);
  }

  /**
   * A token names a key that is here and does not verify it: by now another key may have that `kid`.
   * Fetches in the background, when an unknown key might; the token itself is not worth a wait.
   */
  doubt(request: KeyRequest): void {
    if (request.keyId === undefined || request.expired || !this.isUsable()) return;
    if (this.gate.mayAsk(request)) this.startRefreshIfFree(request);
  }

  /** Whether a key is here, unchanged, and usable. */
  holds(key: VerificationKey, nowMs: number): boolean {
    return this.keepFresh(nowMs) && this.keys.holds(key);
  }

  /**
   * The fitting keys that were not tried, after none was {@link known}: from a fetch, when it is worth one.
   *
   * @throws Refusal `keys_unavailable`, also as a rejection, when it is unknown whether there is such a key.
   */
  ask(request: KeyRequest, tried: readonly VerificationKey[] = []): KeyAnswer {
    const isUsable = this.isUsable();
    if (isUsable && request.expired) return [];
    const joins = this.flight !== undefined;
    if (this.flight === undefined) {
      // Fails at once, also while the key server hangs: no request waits for what has just failed.
      if (this.backOff.remainingMs > 0) throw this.unavailable();
      if (isUsable && !this.backOff.hasFailed && !this.gate.mayAsk(request)) return [];
      this.startRefresh(isUsable ? request : undefined);
    }
    return this.afterFlight(request, tried, joins);
  }

  /**
   * Every key, after a fetch when none is usable.
   *
   * @throws Refusal `keys_unavailable`.
   */
  async all(): Promise<readonly VerificationKey[]> {
    this.warmUp();
    await this.flight;
    if (!this.isUsable()) throw this.unavailable();
    return this.keys.all();
  }

  /** Fetches in the background, unless keys are usable or the last fetch has just failed. */
  warmUp(): void {
    if (!this.isUsable()) this.startRefreshIfFree();
  }

  retryFailed(): void {
    if (this.state() !== 'unavailable') return;
    // An empty set is no failure, so the back-off does not space out these fetches.
    const { max } = KEY_LIMITS.failedFetchBackOffSeconds;
    if (this.backOff.hasFailed || this.ageMs() >= max * 1_000) this.startRefreshIfFree();
  }

  status(): KeySourceStatus {
    const hasSucceeded = this.fetchedAt !== Number.NEGATIVE_INFINITY;
    const { refreshAfterMs } = this.lifetime;
    const nextRefreshMs = this.backOff.hasFailed
      ? this.clock.now() + this.backOff.remainingMs
      : this.fetchedAt + refreshAfterMs;
    return {
      state: this.state(),
      keys: this.isUsable() ? this.keys.usable.size : 0,
      lastSuccessAt: hasSucceeded ? new Date(this.fetchedAt) : undefined,
      ageSeconds: hasSucceeded ? Math.floor(this.ageMs() / 1_000) : undefined,
      nextRefreshAt: Number.isFinite(nextRefreshMs) ? new Date(nextRefreshMs) : undefined,
      lastError: this.lastError,
    };
  }

  /** @returns whether the keys are usable. If not, the request fetches them and waits. */
  private keepFresh(nowMs: number): boolean {
    const age = elapsedMs(this.fetchedAt, nowMs);
    if (age < this.lifetime.refreshAfterMs) return true;
    if (age >= this.lifetime.staleIfErrorMs) return false;
    this.startRefreshIfFree();
    this.reportIfStale();
    return true;
  }

  private startRefreshIfFree(asker?: KeyRequest): void {
    if (this.flight === undefined && this.backOff.remainingMs === 0) this.startRefresh(asker);
  }

  /** @param asker the request with an unknown key; `undefined` when the fetch is due anyway. */
  private startRefresh(asker?: KeyRequest): void {
    if (asker) this.gate.asks(asker);
    this.flight = this.refresh(asker).finally(() => (this.flight = undefined));
  }

  /** Never rejects: the outcome is in the state. */
  private async refresh(asker: KeyRequest | undefined): Promise<void> {
    const startedAt = performance.now();
    const hadFailed = this.backOff.hasFailed;
    const before = this.keys;
    try {
      const { document, freshSeconds } = await this.load({
        isForUnknownKey: asker !== undefined,
      });
      const changed = await this.adopt(document);
      this.fetchedAt = this.clock.now();
      this.lifetime = keyLifetime(freshSeconds);
      this.isStaleReported = false;
      this.backOff.succeeded();
      if (changed) this.gate.changed();
      const isNew = (key: VerificationKey): boolean => !before.holds(key);
      if (asker && !this.keys.select(asker).keys.some(isNew)) this.gate.missed(asker);
      const durationMs = performance.now() - startedAt;
      this.report.refreshed({ keys: this.keys.usable.size, changed, durationMs }, hadFailed);
    } catch (error) {
      this.backOff.failed();
      const message = describeFailure(error);
      this.lastError = { at: new Date(this.clock.now()), message };
      const durationMs = performance.now() - startedAt;
      this.report.failed({ reason: message, durationMs }, this.isUsable());
      this.reportIfStale();
    }
  }

  /** @returns whether anything changed. */
  private async adopt(document: unknown): Promise<boolean> {
    const surroundings = { before: this.keys, tell: this.report.provedUseless };
    const reading = readJwkSet(document, surroundings);
    if (!reading) throw new Error('the answer is not a JWK Set');
    const { keys, passedOver } = reading;
    const isEmpty = keys.usable.size === 0 && passedOver.isEmpty;
    const hasKey = await keys.hasKey(passedOver);
    this.report.passedOver(passedOver);
    // The issuer published a broken set. Only an empty set withdraws the keys.
    if (!isEmpty && !hasKey) throw new Error('none of the keys in the set is usable');
    if (isEmpty && !this.isEmptied) this.report.withdrawn();
    this.isEmptied = isEmpty;
    const changed = !keys.equals(this.keys);
    this.keys = keys;
    return changed;
  }

  /** @param joins the fetch began before this request, so the key may have been published since. */
  private async afterFlight(
    request: KeyRequest,
    tried: readonly VerificationKey[],
    joins: boolean,
  ): Promise<readonly VerificationKey[]> {
    await this.flight;
    if (this.backOff.hasFailed) throw this.unavailable();
    const found = untried(this.keys.select(request), tried);
    const isWorthMore = joins && !request.expired && this.mayLack(request);
    if (found.length > 0 || !isWorthMore) return found;
    if (this.flight === undefined) {
      if (!this.gate.mayAsk(request)) return found;
      this.startRefresh(request);
    }
    return this.afterFlight(request, tried, false);
  }

  private unavailable(): Refusal {
    // Without the cause, which was logged once when the fetch failed, not for every request.
    const { retryAfterSeconds } = this.backOff;
    return new Refusal('keys_unavailable', 'key', 'no keys', { retryAfterSeconds });
  }

  /** Reports once per outage that the keys are past their freshness lifetime and newer ones can't be fetched. */
  private reportIfStale(): void {
    if (this.isStaleReported || this.state() !== 'stale') return;
    this.isStaleReported = true;
    this.report.stale(Math.floor(this.ageMs() / 1_000));
  }

  private state(): KeySourceState {
    if (!this.isUsable()) return this.backOff.hasFailed ? 'unavailable' : 'pending';
    if (this.isEmptied) return 'unavailable';
    return this.backOff.hasFailed && this.ageMs() >= this.lifetime.freshMs ? 'stale' : 'fresh';
  }

  /** Whether the keys that are here are usable. */
  isUsable(): boolean {
    return this.ageMs() < this.lifetime.staleIfErrorMs;
  }

  private ageMs(): number {
    return elapsedMs(this.fetchedAt, this.clock.now());
  }
}
