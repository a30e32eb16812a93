import {
  getMetadataStorage,
  ValidateBy,
  ValidateNested,
  type ValidationArguments,
} from './class-validator.js';
import { memberPath } from '../core/util/shown-value.js';
import { type Members } from './value-kinds.js';
import { AuthConfigurationError } from './configuration-error.js';
import type { Fault, Findings, Found } from './findings.js';
import { CANNOT_BE_READ, UNREADABLE } from './read-members.js';

/** Checks the value of an option that was given. */
export type Rule = (value: unknown) => Found;

/** A rule for a value without parts, such as an element of a list. */
export type Check = (value: unknown) => Fault;

/**
 * Checks an option, given or not, against others. A text replaces what its own rule finds; other faults
 * count only where that rule finds none.
 *
 * @param siblings the options beside it.
 * @param path of the option.
 */
export type Relation = (value: unknown, siblings: Members, place: Place, path: string) => Found;

/** Where an object of options is. */
export interface Place {
  readonly path: string;
  readonly findings: Findings;
  /** The options that it is among. */
  readonly owner: Members;
  /** Where an issuer string, or a name made by `prefixName`, was used before, if it was. */
  readonly usedAt: (issuer: string, path: string) => string | undefined;
}

/** What class-validator checks: options by name, each with its rule. */
export abstract class Schema {
  constructor(
    readonly place: Place,
    readonly given: Members,
  ) {}
}

/** The options of a configuration type: all of them, or this does not compile. */
export type Options<Config> = Record<keyof Config, unknown>;

/** A class of options. */
export type SchemaClass = new (place: Place, given: Members) => Schema;

/** How an option is read. */
interface Reading {
  readonly isShared?: boolean;
  readonly mayBeFalse?: boolean;
  /** It is a list of objects of options. */
  readonly isList?: boolean;
  /** The options that it holds, and such options as a message shows them. */
  readonly schema?: SchemaClass;
  readonly example?: string;
}

/** Thrown when class-validator has not asked our rules: the whole process shares its storage of them. */
export function rulesAreLost(): AuthConfigurationError {
  const message =
    'class-validator has lost the rules of this module, so nothing can be checked. Find the code that changes its metadata storage.';
  return new AuthConfigurationError([{ path: '', message }]);
}

/** An option that may be absent and otherwise obeys a rule. */
export function Option(rule: Rule, relation?: Relation): PropertyDecorator {
  return asking((value) => value !== undefined && rule(value), relation);
}

/** An {@link Option} that is an object of the application, which may change: it is not copied. */
export function Shared(rule: Rule): PropertyDecorator {
  return asking((value) => value !== undefined && rule(value), undefined, { isShared: true });
}

/** A {@link Required} option that is {@link Shared}. */
export function RequiredShared(rule: Rule, remedy: string): PropertyDecorator {
  const whole: Rule = (value) => (value === undefined ? `missing. ${remedy}` : rule(value));
  return asking(whole, undefined, { isShared: true });
}

/** An option that must be there and obey a rule; `remedy` says what to give. */
export function Required(rule: Rule, remedy: string, relation?: Relation): PropertyDecorator {
  return asking((value) => (value === undefined ? `missing. ${remedy}` : rule(value)), relation);
}

/** An option that holds options of its own, or a list of such. `example` is for a message. */
export function Nested(
  schema: SchemaClass,
  example: string,
  relation?: Relation,
  mayBeFalse = false,
): PropertyDecorator {
  return (target, name) => {
    ValidateNested()(target, name);
    asking(() => undefined, relation, { schema, example, mayBeFalse })(target, name);
  };
}

/** A {@link Nested} option that is switched off by `false`. */
export function NestedOrFalse(schema: SchemaClass, example: string): PropertyDecorator {
  return Nested(schema, example, undefined, true);
}

/** A list of objects that hold options of their own; `remedy` says what to list, `example` is one of them. */
export function NestedList(
  schema: SchemaClass,
  remedy: string,
  example: string,
): PropertyDecorator {
  return (target, name) => {
    ValidateNested()(target, name);
    const isMissing = (value: unknown): Found => {
      if (value === undefined) return `missing. ${remedy}`;
      return Array.isArray(value) && value.length === 0 && `the list is empty. ${remedy}`;
    };
    asking(isMissing, undefined, { schema, example, isList: true })(target, name);
  };
}

/** The options of a class in their order. */
export function optionsOf(schema: SchemaClass): readonly (Reading & { readonly name: string })[] {
  const rules = getMetadataStorage()
    .getTargetValidationMetadatas(schema, '', true, false)
    .filter(({ constraintCls }) => constraintCls !== undefined);
  if (rules.length === 0) throw rulesAreLost();
  return rules.map((rule) => ({ ...(rule.context as Reading), name: rule.propertyName }));
}

/** The names of the options of a class. */
export function optionNames(schema: SchemaClass): readonly string[] {
  return optionsOf(schema).map(({ name }) => name);
}

/** class-validator asks the rule, once. Its messages hold one text each, so they do not carry what is found. */
function asking(rule: Rule, relation?: Relation, context: Reading = {}): PropertyDecorator {
  const validate = (value: unknown, args?: ValidationArguments): boolean => {
    const { property, object } = args as ValidationArguments;
    const { place, given } = object as Schema;
    const path = memberPath(place.path, property);
    const option = given[property];
    if (option === UNREADABLE) return place.findings.asked(path, undefined);
    return place.findings.asked(path, found(rule, value), () =>
      relation?.(option, given, place, path),
    );
  };
  return ValidateBy(
    { name: 'rule', validator: { validate, defaultMessage: () => '' } },
    { context },
  );
}

function found(rule: Rule, value: unknown): Found {
  try {
    return rule(value);
  } catch {
    // An observer, which alone is not a copy, may throw at any time.
    return CANNOT_BE_READ;
  }
}
