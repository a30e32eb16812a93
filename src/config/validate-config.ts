import { Validator } from './class-validator.js';
import { memberPath } from '../core/util/shown-value.js';
import { isOptionsObject, type Members } from './value-kinds.js';
import type { AuthModuleConfig } from './auth-module-config.js';
import { AuthConfigurationError } from './configuration-error.js';
import { Findings } from './findings.js';
import { optionsOf, type Schema, type Place, rulesAreLost, type SchemaClass } from './option.js';
import { CANNOT_BE_READ } from './read-members.js';
import { TrustedIssuerSchema } from './issuer-schema.js';
import { AuthModuleSchema } from './module-schema.js';
import { SnapshotReader } from './snapshot.js';
import type { TrustedIssuerConfig } from './trusted-issuer-config.js';

/** What one issuer depends on when it is added at run time. */
export interface TrustedIssuerContext {
  /** The audience of the module. */
  readonly audience?: AuthModuleConfig['audience'];
  /** Where the module takes logout tokens, if it does. */
  readonly backChannelLogout?: AuthModuleConfig['backChannelLogout'];
  /** What the module says of certificates. */
  readonly mtls?: AuthModuleConfig['mtls'];
  /** The DPoP of the module, with its origin. */
  readonly dpop?: { readonly origin: string } | undefined;
  /** The `iss` values, aliases included, that other trusted issuers already use. Asked, not copied: there may be many. */
  readonly issuersInUse?: { has(issuer: string): boolean };
}

/**
 * Checks a whole configuration.
 *
 * @returns what was checked, as frozen literals: the rest of the application uses nothing else.
 * @throws {@link AuthConfigurationError} with every fault at once, whatever the value is.
 */
export function validateConfig(config: unknown): AuthModuleConfig {
  const findings = new Findings();
  const sought =
    'a configuration. Give AuthModule an object with issuers; does the factory return it?';
  const snapshot = new SnapshotReader(findings).options(AuthModuleSchema, config, '', sought);
  const place = { path: '', findings, owner: {}, usedAt: firstUses() };
  return sound<AuthModuleConfig>(AuthModuleSchema, snapshot, place);
}

/**
 * Checks one trusted issuer by the rules and with the messages of {@link validateConfig}; paths are
 * relative to it.
 *
 * @returns what was checked, as frozen literals; `{ issuer }` for a string.
 * @throws {@link AuthConfigurationError} with every fault at once, whatever the value is.
 */
export function validateTrustedIssuer(
  config: unknown,
  { audience, backChannelLogout, dpop, mtls, issuersInUse }: TrustedIssuerContext,
): TrustedIssuerConfig {
  const findings = new Findings();
  const snapshot = new SnapshotReader(findings).issuer(config, '');
  const owner = { audience, backChannelLogout, dpop, mtls };
  const place = { path: '', findings, owner, usedAt: firstUses(issuersInUse) };
  return sound<TrustedIssuerConfig>(TrustedIssuerSchema, snapshot, place);
}

/** Remembers where each issuer string was used first. */
function firstUses(inUse?: TrustedIssuerContext['issuersInUse']): Place['usedAt'] {
  const paths = new Map<string, string>();
  return (issuer, path) => {
    if (inUse?.has(issuer)) return 'another trusted issuer';
    const first = paths.get(issuer);
    if (first === undefined) paths.set(issuer, path);
    return first;
  };
}

/** The options that were read, when nothing is wrong with them. */
function sound<Options>(schema: SchemaClass, snapshot: unknown, place: Place): Options {
  const { findings } = place;
  if (isOptionsObject(snapshot)) check(filled(schema, snapshot, place), findings);
  const faults = findings.all();
  if (faults.length > 0) throw new AuthConfigurationError(faults);
  if (!findings.isComplete) throw rulesAreLost();
  return snapshot as Options;
}

function check(options: Schema, findings: Findings): void {
  try {
    new Validator().validateSync(options, { forbidUnknownValues: true });
  } catch {
    // class-validator stumbles over a polluted Object.prototype, and over an observer that throws when it
    // is looked at again. To continue as if no rule had been broken would admit it.
    if (findings.all().length === 0) findings.whileReading('', CANNOT_BE_READ);
  }
}

/** An instance of a schema with what was read, as class-validator wants it. */
function filled(schema: SchemaClass, given: Members, place: Place): Schema {
  const instance = new schema(place, given);
  for (const { name, schema: nested } of optionsOf(schema)) {
    place.findings.expect();
    const value = nested === undefined ? given[name] : nestedIn(nested, given, name, place);
    // Not assigned: a polluted Object.prototype may forbid that.
    Object.defineProperty(instance, name, { value });
  }
  return instance;
}

function nestedIn(schema: SchemaClass, owner: Members, name: string, place: Place): unknown {
  const fill = (value: unknown, path: string): Schema | undefined =>
    isOptionsObject(value) ? filled(schema, value, { ...place, path, owner }) : undefined;
  const path = memberPath(place.path, name);
  const value = owner[name];
  return Array.isArray(value)
    ? value.map((element, index) => fill(element, `${path}[${index}]`))
    : fill(value, path);
}
