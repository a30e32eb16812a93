import type { ConfigurationFault } from './configuration-error.js';
import { CANNOT_BE_READ } from './read-members.js';

/** What is wrong with a value, in words; nothing when they are missing. */
export type Fault = string | false | undefined;

/** What a rule found: a fault of the value itself, or faults at paths below it, such as `[2]`. */
export type Found = Fault | readonly ConfigurationFault[];

/** What was found in a part, as faults of the whole. */
export function below(path: string, found: Found): readonly ConfigurationFault[] {
  if (!Array.isArray(found)) return found ? [{ path, message: found as string }] : [];
  return found.map((fault) => ({ path: path + fault.path, message: fault.message }));
}

/** Collects the faults of a configuration, at absolute paths. */
export class Findings {
  readonly #whileReading: ConfigurationFault[] = [];
  readonly #ofRules: ConfigurationFault[] = [];
  #unasked = 0;

  /** A fault that was seen while the configuration was read. */
  whileReading(path: string, message: string): void {
    this.#whileReading.push({ path, message });
  }

  /** There is one more option whose rule must be asked. */
  expect(): void {
    this.#unasked++;
  }

  /**
   * The rule of an option was asked.
   *
   * @param relate asks afterwards what is wrong between it and other options. A text is said in place of
   * what the rule found; of other faults those count where the rule found none.
   * @returns whether nothing was found.
   */
  asked(option: string, own: Found, relate: () => Found = () => undefined): boolean {
    this.#unasked--;
    const before = this.#ofRules.length;
    const faults = below(option, own);
    this.#take(faults);
    const related = relate();
    const faulty = new Set(faults.map(({ path }) => path));
    const more = below(option, related).filter(({ path }) => !faulty.has(path));
    const all = typeof related === 'string' ? below(option, related) : [...faults, ...more];
    const position = ({ path }: ConfigurationFault): number =>
      Number(/^\[(\d+)\]/.exec(path.slice(option.length))?.[1] ?? -1);
    this.#ofRules.length = before;
    this.#take(all.toSorted((a, b) => position(a) - position(b)));
    return all.length === 0;
  }

  /** One by one: a list may have more faults than a call may have arguments. */
  #take(faults: readonly ConfigurationFault[]): void {
    for (const fault of faults) this.#ofRules.push(fault);
  }

  /** Whether every rule was asked. */
  get isComplete(): boolean {
    return this.#unasked === 0;
  }

  /** Whether there is no fault at a path or below it. */
  isSound(path: string): boolean {
    return ![...this.#whileReading, ...this.#ofRules].some((fault) => isWithin(fault.path, path));
  }

  /** All faults: those of the module first, then issuer by issuer. */
  all(): readonly ConfigurationFault[] {
    // What can't be read looks wrong to the rules, and so does the whole: that is no second fault.
    const unread = this.#whileReading.filter(({ message }) => message === CANNOT_BE_READ);
    const found = this.#ofRules.filter(
      (rule) => !unread.some((part) => isWithin(part.path, rule.path)),
    );
    const issuer = ({ path }: ConfigurationFault): number =>
      Number(/^issuers\[(\d+)\]/.exec(path)?.[1] ?? -1);
    return [...this.#whileReading, ...found].toSorted((a, b) => issuer(a) - issuer(b));
  }
}

function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
}
