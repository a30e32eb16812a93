import { AuthConfigurationError, type ConfigurationFault } from '../config/configuration-error.js';
import { nearestName } from '../config/nearest-name.js';
import { optionNames } from '../config/option.js';
import { kindOf, memberPath, shownValue } from '../core/util/shown-value.js';
import { isOptionsObject } from '../config/value-kinds.js';
import { readMembers } from '../config/read-members.js';
import { tellingKind } from '../config/token-kind.js';
import { comparedString } from '../config/rules/values.js';
import { TrustedIssuerSchema } from '../config/issuer-schema.js';
import { isTenantId } from '../config/tenant-template.js';
import { webAddress } from '../config/web-address.js';

/** What is given as one string or as a list of them. */
export type StringOrList = string | readonly string[];

type Check = (path: string, value: string) => string;

/** Stops the start with the fault of one option. */
export function refuseOption(path: string, message: string): never {
  throw new AuthConfigurationError([{ path, message }]);
}

/**
 * The options of a preset, each of which must be known: a misspelt one may be the only restriction.
 * Their values are not shown.
 */
export function optionsOf<Options extends object>(
  preset: string,
  options: Options,
  known: Readonly<Record<keyof Options, true>>,
): Options {
  const names = Object.keys(known);
  if (!isOptionsObject(options)) {
    const message = `${kindOf(options)} is not an object with options. Known here: ${names.join(', ')}.`;
    return refuseOption(preset, message);
  }
  const unknown = Object.keys(options).filter((name) => !names.includes(name));
  refuseAll(
    unknown.map((name) => ({
      path: memberPath(preset, name),
      message: unknownOption(preset, name, names),
    })),
  );
  const faults: ConfigurationFault[] = [];
  const members = readMembers(options, names, (name, message) =>
    faults.push({ path: memberPath(preset, name), message }),
  );
  refuseAll(faults);
  return members as Options;
}

function refuseAll(faults: readonly ConfigurationFault[]): void {
  if (faults.length > 0) throw new AuthConfigurationError(faults);
}

function unknownOption(preset: string, name: string, known: readonly string[]): string {
  const meant = nearestName(name, known);
  if (meant !== undefined) return `unknown option. Did you mean ${meant}?`;
  if (optionNames(TrustedIssuerSchema).includes(name)) {
    return `unknown option here. Spread the preset and add it: { ...${preset}(…), ${name}: … }.`;
  }
  return `unknown option. Known here: ${known.join(', ')}.`;
}

/** The host name of a domain such as `acme.eu.auth0.com`: no scheme, no path, no placeholder, no bare name. */
export function hostOption(path: string, value: string, example: string): string {
  const text = textOption(path, value);
  const fault = hostFault(text);
  if (fault === undefined) return text;
  return refuseOption(path, `${shownValue(text)} is ${fault}. Write it like "${example}".`);
}

function hostFault(text: string): string | undefined {
  if (webAddress(`https://${text}`)?.host !== text) return 'not a host name';
  return text.includes('.') ? undefined : 'a single name, not the whole domain';
}

/**
 * The address of a server, with a path where it has one, without a slash at the end.
 *
 * @param added what the preset itself puts behind it, which is often copied along
 */
export function addressOption(
  path: string,
  value: string,
  example: string,
  added?: string,
): string {
  const text = textOption(path, value);
  if (added !== undefined && `${text}/`.includes(`${added}/`)) {
    const remedy = `Write what comes before it, like "${example}".`;
    return refuseOption(path, `${shownValue(text)} already holds "${added}". ${remedy}`);
  }
  const isPlain = webAddress(text) !== undefined && !/[?#@]|\/$/.test(text);
  if (isPlain) return text;
  return refuseOption(
    path,
    `${shownValue(text)} is not an address without a slash at the end. Write it like "${example}".`,
  );
}

/** One segment of a path: a realm, a slug, an id. */
export function segmentOption(path: string, value: string, example: string): string {
  const text = textOption(path, value);
  if (/^[\w.~-]+$/.test(text)) return text;
  return refuseOption(
    path,
    `${shownValue(text)} is not a single name. Write it like "${example}".`,
  );
}

/** A GUID in lower case. */
export function guidOption(path: string, value: string, remedy: string): string {
  const text = textOption(path, value);
  if (isTenantId(text)) return text;
  return refuseOption(path, `${shownValue(text)} is not a GUID in lower case. ${remedy}`);
}

/** A list with at least one element, without which the preset would accept too much. */
export function listOption(
  path: string,
  value: StringOrList | undefined,
  remedy: string,
  check?: Check,
): readonly string[] {
  const list = elementsOption(path, value, check);
  return list.length === 0 ? refuseOption(path, `missing. ${remedy}`) : list;
}

/** A list of digits: unlike names, ids can't be taken over by others. */
export function idsOption(path: string, value: StringOrList): readonly string[] {
  return listOption(path, value, 'Name an id.', (at, id) =>
    /^\d+$/.test(id)
      ? id
      : refuseOption(at, 'is not an id. Names can be taken over; write the number.'),
  );
}

/** A list that may be empty. One string is a list of one. */
export function elementsOption(
  path: string,
  value: StringOrList | undefined,
  check: Check = (_path, element) => element,
): readonly string[] {
  const element = (at: string, text: unknown): string => check(at, textWithoutComma(at, text));
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [element(path, value)];
  // Spread, because `map` alone would walk past the holes of a list.
  return [...(value as readonly unknown[])].map((text, index) =>
    element(`${path}[${index}]`, text),
  );
}

/** A predicate for `requiredClaims`: the claim is there, whatever it says. */
export const isPresent = tellingKind((claim) => typeof claim === 'string' && claim !== '');

/** Several ids in one environment variable look like one, and no token has it. */
function textWithoutComma(path: string, value: unknown): string {
  const text = textOption(path, value);
  if (!text.includes(',')) return text;
  const remedy = 'Write a list, like ["a", "b"].';
  return refuseOption(path, `${shownValue(text)} holds a comma. ${remedy}`);
}

function textOption(path: string, value: unknown): string {
  const fault = comparedString(value);
  return fault ? refuseOption(path, fault) : (value as string);
}
