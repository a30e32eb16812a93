import { AuthConfigurationError } from '../../config/configuration.error.js';
import { stringFault, unfilledFault } from '../../config/rules/text.rules.js';
import { shownValue } from '../../config/shown-value.js';
import { isTenantId } from '../../config/tenant-template.js';
import { webAddress } from '../../config/web-address.js';

/** Stops the start with the fault of one option. */
export function refuseOption(path: string, message: string): never {
  throw new AuthConfigurationError([{ path, message }]);
}

/** A host name such as `acme.eu.auth0.com`: no scheme, no path, no placeholder. */
export function hostOption(path: string, value: string, example: string): string {
  const text = textOption(path, value);
  if (webAddress(`https://${text}`)?.host === text) return text;
  return refuseOption(path, `${shownValue(text)} is not a host name. Write it like "${example}".`);
}

/** The address of a server, with a path where it has one, without a slash at the end. */
export function addressOption(path: string, value: string, example: string): string {
  const text = textOption(path, value);
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
  value: string | readonly string[] | undefined,
  remedy: string,
): readonly string[] {
  const list = typeof value === 'string' ? [value] : (value ?? []);
  if (!Array.isArray(list) || list.length === 0) return refuseOption(path, `missing. ${remedy}`);
  return (list as readonly string[]).map((element, index) =>
    textOption(`${path}[${index}]`, element),
  );
}

/** A predicate for `requiredClaims`: the claim is there, whatever it says. */
export function isPresent(claim: unknown): boolean {
  return typeof claim === 'string' && claim !== '';
}

function textOption(path: string, value: unknown): string {
  const fault = stringFault(value) ?? unfilledFault(String(value));
  return fault === undefined ? (value as string) : refuseOption(path, fault);
}
