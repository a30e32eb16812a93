import { isDeepStrictEqual } from 'node:util';
import { type Clock, elapsedMs } from '../util/clock.js';
import type { ResolvedIssuerResolution } from '../../config/resolved-config.js';
import { withinTime } from '../util/deadline.js';
import { Refusal } from '../refusals/refusal.js';
import { LruMap } from './lru-map.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/** Longer issuers are not asked about: what is remembered of strangers must stay small. */
const MAX_ISSUER_LENGTH = 1_024;
/** How many issuers are remembered as not trusted. */
const MAX_MISSES = 1_000;
/** How many issuers are asked about at a time. */
const MAX_FLIGHTS = 100;

interface Resolved {
  readonly trusted: TrustedIssuer;
  readonly resolvedAt: number;
}

/** A call of `resolve` that is under way. */
interface Flight {
  readonly answer: Promise<TrustedIssuer | undefined>;
  /** Names that were forgotten meanwhile: what was said of them may have been read before that. */
  readonly forgotten: Set<string>;
}

/** Makes a trusted issuer of a configuration, or throws what is wrong with it. */
type MakeTrustedIssuer = (config: unknown) => TrustedIssuer;

/** Asks the application about issuers that are not listed, and remembers what it says for a while. */
export class IssuerResolver {
  readonly #found: LruMap<string, Resolved>;
  readonly #missedAt = new LruMap<string, number>(MAX_MISSES);
  /** By the `iss` they were made for; those that are forgotten are not found any more. */
  readonly #flights = new Map<string, Flight>();
  #underWay = 0;

  constructor(
    private readonly options: ResolvedIssuerResolution,
    private readonly make: MakeTrustedIssuer,
    private readonly clock: Clock,
  ) {
    this.#found = new LruMap(options.maxEntries);
  }

  /**
   * @returns at once where the answer is known.
   * @throws Refusal `keys_unavailable` (or a promise rejected with it) when it can't be had.
   */
  find(iss: string): TrustedIssuer | undefined | Promise<TrustedIssuer | undefined> {
    const known = this.known(iss);
    if (known !== undefined) return known;
    const isMiss = this.#isWithin(this.options.missMaxAgeSeconds, this.#missedAt.get(iss));
    if (isMiss || !this.#mayBeAskedAbout(iss)) return undefined;
    return this.#flights.get(iss)?.answer ?? this.#takeOff(iss);
  }

  /** Whom an `iss` means by what was said of it lately. */
  known(iss: string): TrustedIssuer | undefined {
    const found = this.#found.get(iss);
    return this.#isWithin(this.options.maxAgeSeconds, found?.resolvedAt)
      ? found?.trusted
      : undefined;
  }

  /**
   * Forgets what was said of issuers that go by one of these names. What `resolve` is being asked now
   * serves those who wait for it, and nobody after them: it may have been read before the change. (Under
   * an alias, which nobody knows for one yet, it serves whoever comes until it ends.)
   *
   * @returns whether any was trusted.
   */
  forget(names: readonly string[]): boolean {
    for (const name of names) {
      this.#missedAt.delete(name);
      for (const { forgotten } of this.#flights.values()) forgotten.add(name);
      this.#flights.delete(name);
    }
    const isMeant = ({ trusted: { policy } }: Resolved): boolean =>
      names.some((name) => policy.issuer === name || policy.acceptedIssuers.includes(name));
    const forgotten = [...this.#found.entries()].filter(([, resolved]) => isMeant(resolved));
    for (const [iss] of forgotten) this.#found.delete(iss);
    return forgotten.length > 0;
  }

  /** How much is remembered. */
  get size(): number {
    return this.#found.size + this.#missedAt.size + this.#underWay;
  }

  #isWithin(maxAgeSeconds: number, sinceMs = Number.NEGATIVE_INFINITY): boolean {
    return elapsedMs(sinceMs, this.clock.now()) < maxAgeSeconds * 1_000;
  }

  #mayBeAskedAbout(iss: string): boolean {
    if (iss.length > MAX_ISSUER_LENGTH || !URL.canParse(iss)) return false;
    const { origin, pathname } = new URL(iss);
    // As `URL` would write it itself: no user, dots, capitals or default port that hide another host.
    const isPlain = iss === origin + pathname || `${iss}/` === origin + pathname;
    return isPlain && this.options.origins.has(origin);
  }

  #takeOff(iss: string): Promise<TrustedIssuer | undefined> {
    // One that was trusted before is asked about all the same: strangers must not lock it out.
    if (this.#underWay >= MAX_FLIGHTS && this.#found.get(iss) === undefined)
      throw new Refusal(
        'keys_unavailable',
        'issuer',
        'resolveIssuer is being asked about too many issuers',
      );
    this.#underWay++;
    const forgotten = new Set<string>();
    const answer = this.#ask(iss, forgotten).finally(() => {
      this.#underWay--;
      if (this.#flights.get(iss)?.answer === answer) this.#flights.delete(iss);
    });
    this.#flights.set(iss, { answer, forgotten });
    return answer;
  }

  async #ask(iss: string, forgotten: ReadonlySet<string>): Promise<TrustedIssuer | undefined> {
    const resolved = await this.#resolve(iss);
    const names = [iss, ...(resolved?.policy.acceptedIssuers ?? [])];
    if (names.some((name) => forgotten.has(name))) return resolved;
    const resolvedAt = this.clock.now();
    if (resolved === undefined) {
      this.#found.delete(iss);
      this.#missedAt.set(iss, resolvedAt);
      return undefined;
    }
    const before = this.#found.get(iss)?.trusted;
    // The same terms keep their object, and with it the keys that were fetched.
    const trusted = before && isDeepStrictEqual(before.policy, resolved.policy) ? before : resolved;
    this.#found.set(iss, { trusted, resolvedAt });
    return trusted;
  }

  async #resolve(iss: string): Promise<TrustedIssuer | undefined> {
    try {
      const { timeoutMs, resolve } = this.options;
      const config = await withinTime(timeoutMs, Promise.resolve(resolve(iss)));
      if (config === undefined || config === null) return undefined;
      const trusted = this.make(config);
      if (!trusted.policy.acceptedIssuers.includes(iss))
        throw new Error('resolveIssuer gave the terms of another issuer than it was asked about');
      return trusted;
    } catch (cause) {
      throw new Refusal('keys_unavailable', 'issuer', 'resolveIssuer failed', { cause });
    }
  }
}
