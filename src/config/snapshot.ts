import { types } from 'node:util';
import { kindOf, memberPath, memberSuffix } from '../core/util/shown-value.js';
import { isKeyObject, isLiteral, isOptionsObject, type Members } from './value-kinds.js';
import type { Findings } from './findings.js';
import { optionsOf, type SchemaClass } from './option.js';
import { CANNOT_BE_READ, readMembers, UNREADABLE } from './read-members.js';
import { ISSUERS_EXAMPLE } from './relations.js';
import { TrustedIssuerSchema } from './issuer-schema.js';
import { unknownOption } from './unknown-option.js';

/** Whatever exceeds these is circular or endless. */
const MAX_DEPTH = 32;
const MAX_VALUES = 1_000_000;

/** The prototype of what was an instance of a class. Its members, inherited ones included, are its own now. */
const FLATTENED = Object.freeze({});

type Unreadable = typeof UNREADABLE;

/**
 * Reads a configuration, every value once, into a plain frozen copy. Wherever values came from (a getter,
 * a base class, a proxy), nothing in the copy throws or changes. Functions, keys and observers are taken as
 * they are.
 */
export class SnapshotReader {
  #left = MAX_VALUES;

  constructor(private readonly findings: Findings) {}

  /** @param sought what the options should be, for a message. */
  options(schema: SchemaClass, value: unknown, path: string, sought: string): Members | Unreadable {
    const known = optionsOf(schema);
    const names = known.map(({ name }) => name);
    return this.#guarded(path, () => {
      // Its kind only: a value in place of options may be a secret.
      if (!isOptionsObject(value)) return this.#report(path, `${kindOf(value)} is not ${sought}`);
      const given = readMembers(value, names, (name, message) =>
        this.#report(memberPath(path, name), message),
      );
      for (const name of Object.keys(value))
        if (!names.includes(name)) this.#report(memberPath(path, name), unknownOption(name, names));
      const read = known.filter(({ name }) => Object.hasOwn(given, name));
      return frozen(
        read.map((option) => {
          const { name, schema: nested, example, mayBeFalse, isShared, isList } = option;
          const at = memberPath(path, name);
          const member = given[name];
          if (member === UNREADABLE || (mayBeFalse && member === false)) return [name, member];
          if (nested === TrustedIssuerSchema) return [name, this.#issuers(member, at)];
          if (nested === undefined) return [name, this.#value(member, at, isShared)];
          const options = `an object with options. Write options, like { ${example} }.`;
          if (isList)
            return [
              name,
              this.#list(member, at, `Write a list, like [{ ${example} }].`, (element, position) =>
                this.options(nested, element, position, options),
              ),
            ];
          return [name, this.options(nested, member, at, options)];
        }),
      );
    });
  }

  /** One issuer, or its exact string. */
  issuer(value: unknown, path: string): Members | Unreadable {
    if (typeof value === 'string') return Object.freeze({ issuer: value });
    const sought = 'an issuer. Write "https://…" or { issuer: "https://…" }.';
    if (value !== undefined) return this.options(TrustedIssuerSchema, value, path, sought);
    return this.#report(path, 'undefined is not an issuer. Is an environment variable not set?');
  }

  #issuers(value: unknown, path: string): readonly unknown[] | Unreadable {
    return this.#list(value, path, ISSUERS_EXAMPLE, (issuer, at) => this.issuer(issuer, at));
  }

  #list(
    value: unknown,
    path: string,
    remedy: string,
    read: (element: unknown, path: string) => unknown,
  ): readonly unknown[] | Unreadable {
    return this.#guarded(path, () => {
      if (!Array.isArray(value))
        return this.#report(path, `${kindOf(value)} is not a list. ${remedy}`);
      const elements = listOf(value, (element, index) => read(element, `${path}[${index}]`));
      if (Object.keys(elements).length === elements.length) return elements;
      return this.#report(path, 'the list has holes. Give every element a value.');
    });
  }

  /** A member that can't be read hides no fault of the others. */
  #value(value: unknown, path: string, isShared = false): unknown {
    this.#left = MAX_VALUES;
    return this.#guarded(path, () => {
      if (isShared) return Array.isArray(value) ? listOf(value, (element) => element) : value;
      return this.#copy(value, 0, (name, read) => this.#guarded(path + memberSuffix(name), read));
    });
  }

  #copy(
    value: unknown,
    depth: number,
    guarded = (_name: string, read: () => unknown) => read(),
  ): unknown {
    if (depth > MAX_DEPTH || --this.#left < 0) throw new RangeError('without end');
    if (typeof value !== 'object' || value === null || isKeyObject(value)) return value;
    // Kept, so that messages can name them. A proxy of one may behave in any way.
    if (!types.isProxy(value) && (types.isCryptoKey(value) || types.isRegExp(value))) return value;
    if (types.isUint8Array(value)) return new Uint8Array(value);
    if (Array.isArray(value)) return listOf(value, (element) => this.#copy(element, depth + 1));
    if (!isOptionsObject(value)) {
      const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
      return Object.freeze({ [Symbol.toStringTag]: tag });
    }
    const read = (name: string): unknown => this.#copy(value[name], depth + 1);
    return frozen(
      namesIn(value).map((name) => [name, guarded(name, () => read(name))]),
      isLiteral(value) ? undefined : FLATTENED,
    );
  }

  #guarded<Read>(path: string, read: () => Read): Read | Unreadable {
    try {
      return read();
    } catch {
      return this.#report(path, CANNOT_BE_READ);
    }
  }

  #report(path: string, message: string): Unreadable {
    this.findings.whileReading(path, message);
    return UNREADABLE;
  }
}

function frozen(entries: readonly (readonly [string, unknown])[], prototype?: object): Members {
  const members: Members = Object.fromEntries(entries);
  return Object.freeze(prototype ? Object.setPrototypeOf(members, prototype) : members);
}

/** Reads a list. Holes stay holes; there may be four thousand million of them. */
function listOf(
  list: readonly unknown[],
  read: (element: unknown, index: number) => unknown,
): readonly unknown[] {
  const elements: unknown[] = [];
  elements.length = list.length;
  for (const index of Object.keys(list).map(Number))
    if (index < elements.length) elements[index] = read(list[index], index);
  return Object.freeze(elements);
}

/** For an instance of a class also what its prototypes hold or compute, except methods. */
function namesIn(object: object, depth = 0): readonly string[] {
  if (depth > MAX_DEPTH) throw new RangeError('without end');
  const members = Object.entries(Object.getOwnPropertyDescriptors(object));
  const names = members.filter(([, { get, enumerable }]) => enumerable || (depth > 0 && get));
  const inherited = isLiteral(object) ? [] : namesIn(Object.getPrototypeOf(object), depth + 1);
  return [...names.map(([name]) => name), ...inherited];
}
