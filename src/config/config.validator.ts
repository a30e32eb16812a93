import { validateSync, type ValidationError, type ValidatorOptions } from 'class-validator';
import type { AuthModuleConfig } from './auth-module-config.js';
import { ConfigurationDtoBuilder } from './configuration-dto.builder.js';
import { finding, type Finding, findingsIn, Obeys, UNREADABLE } from './configuration-rule.js';
import { AuthConfigurationError, type ConfigurationFault } from './configuration.error.js';
import { IssuerUses, type IssuersInUse } from './issuer-uses.js';
import { memberPath } from './options-object.js';
import type { OptionsDto } from './options.dto.js';
import type { TrustedIssuerConfig } from './trusted-issuer-config.js';

/** An object for whose class there are no rules is an error. */
const STRICT: ValidatorOptions = { forbidUnknownValues: true };

const UNASKED =
  'class-validator has lost the rules of this module, so nothing can be judged. Find the code that changes its metadata storage.';

/** What one issuer depends on when it is added at run time. */
export interface TrustedIssuerContext {
  /** The audience of the module. */
  readonly audience?: AuthModuleConfig['audience'];
  /** The `iss` values, aliases included, that other trusted issuers already use. Asked, not copied: there may be many. */
  readonly issuersInUse?: IssuersInUse;
}

/**
 * Judges a whole configuration.
 *
 * @returns what was judged, as frozen literals: the rest of the application uses nothing else.
 * @throws {@link AuthConfigurationError} with every fault at once, whatever the value is.
 */
export function validateConfig(config: unknown): AuthModuleConfig {
  const faults: ConfigurationFault[] = [];
  const builder = new ConfigurationDtoBuilder(reportTo(faults), new IssuerUses());
  return soundOptions<AuthModuleConfig>(faults, builder.authModule(config));
}

/**
 * Judges one trusted issuer by the rules and with the messages of {@link validateConfig}; paths are
 * relative to it.
 *
 * @returns what was judged, as frozen literals; `{ issuer }` for a string.
 * @throws {@link AuthConfigurationError} with every fault at once, whatever the value is.
 */
export function validateTrustedIssuer(
  config: unknown,
  context: TrustedIssuerContext,
): TrustedIssuerConfig {
  const faults: ConfigurationFault[] = [];
  const uses = new IssuerUses(context.issuersInUse);
  const builder = new ConfigurationDtoBuilder(reportTo(faults), uses);
  const dto = builder.trustedIssuer(config, '', context.audience !== undefined);
  return soundOptions<TrustedIssuerConfig>(faults, dto);
}

function reportTo(faults: ConfigurationFault[]): (path: string, message: string) => void {
  return (path, message) => faults.push({ path, message });
}

/** @param structural what building the DTO brought to light */
function soundOptions<Options>(
  structural: readonly ConfigurationFault[],
  dto: OptionsDto | undefined,
): Options {
  const found = dto === undefined ? [] : findingsOfRules(dto, structural);
  const faults = [...structural, ...found.filter((fault) => !isKnown(fault, structural))]
    .map(({ path, message }) => ({ path, message }))
    .toSorted(byIssuer);
  // Without a DTO there is a fault that says why.
  if (faults.length > 0 || dto === undefined) throw new AuthConfigurationError(faults);
  try {
    return dto.judged() as Options;
  } catch {
    throw new AuthConfigurationError([finding(UNREADABLE)]);
  }
}

function findingsOfRules(
  dto: object,
  structural: readonly ConfigurationFault[],
): readonly Finding[] {
  try {
    const errors = validateSync(dto, STRICT);
    const found = findingsOf(errors, '');
    if (found.length > 0 || structural.length > 0) return found;
    return errors.length === 0 && rulesAreAsked() ? [] : [finding(UNASKED)];
  } catch {
    // class-validator stumbles over a polluted Object.prototype, and over a value that throws only
    // when it is looked at again. To go on as if no rule had been broken would open the door.
    return structural.length === 0 ? [finding(UNREADABLE)] : [];
  }
}

/** Breaks the only rule it has. */
class Sentinel {
  @Obeys(() => [finding('broken')])
  readonly member: unknown;
}

/** Whether class-validator still asks our rules: they stand in a storage that all of the process shares. */
function rulesAreAsked(): boolean {
  return findingsOf(validateSync(new Sentinel(), STRICT), '').length > 0;
}

function findingsOf(errors: readonly ValidationError[], path: string): readonly Finding[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const here = /^\d+$/.test(property) ? `${path}[${property}]` : memberPath(path, property);
    const own = findingsIn(constraints).map((found) => ({ ...found, path: here + found.path }));
    return [...own, ...findingsOf(children ?? [], here)];
  });
}

/** What could not be read, or was misspelt, looks absent to the rules: that is no second fault. */
function isKnown(found: Finding, structural: readonly ConfigurationFault[]): boolean {
  return structural.some(
    ({ path }) => path === found.path || (found.isAbsence === true && isAround(path, found.path)),
  );
}

/** Whether one of two members is part of the other. */
function isAround(path: string, other: string): boolean {
  return path.startsWith(`${other}.`) || other.startsWith(`${path}.`);
}

/** Faults of the module first, then issuer by issuer. */
function byIssuer(a: ConfigurationFault, b: ConfigurationFault): number {
  return issuerIndex(a) - issuerIndex(b);
}

function issuerIndex({ path }: ConfigurationFault): number {
  return Number(/^issuers\[(\d+)\]/.exec(path)?.[1] ?? -1);
}
