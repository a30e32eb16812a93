import { UNREADABLE } from './configuration-rule.js';
import { memberPath } from './options-object.js';
import { unknownOption } from './unknown-option.js';

/** Takes down a fault at an absolute path. */
export type Report = (path: string, message: string) => void;

/**
 * Reads the members of an options object once, as the rest of the application will read them, and
 * reports those it cannot read or does not know. Only known names come back, so that they can be
 * assigned to any object.
 */
export function readMembers(
  options: Record<string, unknown>,
  known: readonly string[],
  path: string,
  report: Report,
): Record<string, unknown> {
  const members: Record<string, unknown> = {};
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
        members[name] = value;
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
