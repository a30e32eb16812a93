import { attempt, UNREADABLE } from './configuration-rule.js';
import { AuthConfigurationError, type ConfigurationFault } from './configuration.error.js';
import { isLiteral, isOptionsObject, memberPath } from './options-object.js';
import { unknownOption } from './unknown-option.js';

type Members = Record<string, unknown>;

/** Takes down a fault at an absolute path. */
export type Report = (path: string, message: string) => void;

/**
 * Reads the members of an options object once, as the rest of the application will read them, and
 * reports those it cannot read or does not know. Only known names come back, so that they can be
 * assigned to any object.
 */
export function readMembers(
  options: Members,
  known: readonly string[],
  path: string,
  report: Report,
): Members {
  const members: Members = {};
  for (const name of known) {
    try {
      const value = options[name];
      if (value === undefined) continue;
      touch(value);
      if (isInheritedFromEverything(options, name)) {
        report(
          memberPath(path, name),
          'comes from Object.prototype, which some code has polluted. Find that code first.',
        );
      } else {
        members[name] = boundTo(options, value);
      }
    } catch {
      report(memberPath(path, name), UNREADABLE);
    }
  }
  for (const name of ownNames(options, path, report)) {
    if (!known.includes(name)) report(memberPath(path, name), unknownOption(name, known));
  }
  return members;
}

/**
 * A method of a class may need its object. A function in a literal stays the very one it is, because
 * terms that name the same functions are the same terms.
 */
function boundTo(options: object, value: unknown): unknown {
  return typeof value === 'function' && !isLiteral(options)
    ? (value.bind(options) as unknown)
    : value;
}

/**
 * The same options as members of the object's own, wherever they came from, because what copies
 * options (Nest does) takes no others. Names that nobody knows stay, without their values, so that
 * they are found when the options are judged.
 *
 * @throws AuthConfigurationError when one can't be read.
 */
export function withOwnMembers<Options extends object>(
  options: Options,
  known: readonly string[],
): Options {
  const isOptions = attempt(() => isOptionsObject(options));
  if (isOptions === false) return options;
  const unreadable: ConfigurationFault[] = isOptions ? [] : [{ path: '', message: UNREADABLE }];
  const members = readMembers(options as Members, known, '', (path, message) => {
    if (message === UNREADABLE) unreadable.push({ path, message });
  });
  if (unreadable.length > 0) throw new AuthConfigurationError(unreadable);
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  return { ...Object.fromEntries(unknown.map((name) => [name, null])), ...members } as Options;
}

function ownNames(options: object, path: string, report: Report): readonly string[] {
  try {
    return Object.keys(options);
  } catch {
    report(path, UNREADABLE);
    return [];
  }
}

/** Throws if a value would when class-validator asks this of it, unguarded: a proxy may. */
function touch(value: unknown): void {
  Function.prototype[Symbol.hasInstance].call(Promise, value);
}

function isInheritedFromEverything(options: object, name: string): boolean {
  return Object.hasOwn(Object.prototype, name) && !Object.hasOwn(options, name);
}
