import { isDeepStrictEqual } from 'node:util';
import { type Clock, elapsedMs, withinTime } from '../util/clock.js';
import type { ResolvedIssuerResolution } from '../../config/resolved-config.js';
import { Refusal } from '../refusals/refusal.js';
import { LruMap } from '../util/lru-map.js';
import type { TrustedIssuer } from './trusted-issuer.js';

/** Longer issuers are not asked about: memory of unknown issuers must stay small. */
const MAX_ISSUER_LENGTH = 1_024;
/** At most this many issuers are remembered as not trusted. */
const MAX_MISSES = 1_000;
/** At most this many issuers are asked about at a time. */
const MAX_FLIGHTS = 100;

interface Resolved {
  readonly trusted: TrustedIssuer;
  readonly resolvedAt: number;
}

/** A call of `resolve` in progress. */
interface Flight {
  readonly answer: Promise<TrustedIssuer | undefined>;
  /** Names that were forgotten meanwhile: the answer may have been read before the change. */
  readonly forgotten: Set<string>;
}

/** Makes a trusted issuer from a configuration, or throws what is wrong with it. */
type MakeTrustedIssuer = (config: unknown) => TrustedIssuer;

/** Asks the application about issuers that are not listed, and remembers the answers for a while. */
export class IssuerResolver {
  readonly #found: LruMap<string, Resolved>;
  readonly #missedAt = new LruMap<string, number>(MAX_MISSES);
  /** By the `iss` they were made for, without those that were forgotten. */
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
   * @returns at once when the answer is known.
   * @throws Refusal `keys_unavailable` (or a promise rejected with it) when the application gives no answer.
   */
  find(iss: string): TrustedIssuer | undefined | Promise<TrustedIssuer | undefined> {
    const known = this.known(iss);
    if (known !== undefined) return known;
    const isMiss = this.#isWithin(this.options.missMaxAgeSeconds, this.#missedAt.get(iss));
    if (isMiss || !this.#mayBeAskedAbout(iss)) return undefined;
    return this.#flights.get(iss)?.answer ?? this.#takeOff(iss);
  }

  /** The issuer that an `iss` names, by an answer that is still remembered. */
  known(iss: string): TrustedIssuer | undefined {
    const found = this.#found.get(iss);
    return found && this.#isWithin(this.options.maxAgeSeconds, found.resolvedAt)
      ? found.trusted
      : undefined;
  }

  /**
   * Forgets the answers about issuers with one of these names. A call in progress answers only the requests
   * that already wait for it: it may have read its answer before the change. (A call for an alias that is
   * not known as one yet also answers later requests, until it ends.)
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

  /** How many issuers are remembered or asked about. */
  get size(): number {
    return this.#found.size + this.#missedAt.size + this.#underWay;
  }

  #isWithin(maxAgeSeconds: number, sinceMs = Number.NEGATIVE_INFINITY): boolean {
    return elapsedMs(sinceMs, this.clock.now()) < maxAgeSeconds * 1_000;
  }

  #mayBeAskedAbout(iss: string): boolean {
    if (iss.length > MAX_ISSUER_LENGTH || !URL.canParse(iss)) return false;
    const { origin, pathname } = new URL(iss);
    // Only as `URL` itself writes it: no user, dots, capitals or default port that hide another host.
    const isPlain = iss === origin + pathname || `${iss}/` === origin + pathname;
    return isPlain && this.options.origins.has(origin);
  }

  #takeOff(iss: string): Promise<TrustedIssuer | undefined> {
    // An issuer that was trusted before is asked about anyway: unknown ones must not lock it out.
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
    // Unchanged terms keep their object, and with it the fetched keys.
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
