import type { IssuerPolicy } from '../../config/resolved-config.js';
import { kindOf } from '../util/shown-value.js';
import { clientIdOf } from '../identity/identity-mapper.js';
import type { Claims } from '../identity/identity.js';
import { differenceBetween, hostlessForm, looseForm } from '../refusals/near-miss.js';
import { expectedValues } from '../refusals/expected-values.js';

/** Of either list more are not compared: what was meant is among the first. */
const MAX_COMPARED = 20;

/** Why `aud` is not accepted: what was expected, and in what it differs, without a value of the token. */
export function audienceMismatch(
  claims: Claims,
  policy: IssuerPolicy,
  accepted: ReadonlySet<string>,
): string {
  const { aud } = claims;
  const expected = `accepted: ${expectedValues(accepted)}`;
  const values: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const stranger = values.find((value) => typeof value !== 'string');
  if (aud === undefined) return `"aud" is missing; ${expected}`;
  if (values.length === 0) return `"aud" is an empty list; ${expected}`;
  if (values.some((value) => typeof value !== 'string'))
    return Array.isArray(aud)
      ? `"aud" is a list with ${kindOf(stranger)} in it, not of strings alone; ${expected}`
      : `"aud" is ${kindOf(aud)}, not a string or list of strings; ${expected}`;
  const texts = values as readonly string[];
  const hint = nearMiss(texts, accepted) ?? othersAudience(texts, claims, policy);
  return `no accepted audience in "aud"; ${expected}${hint === undefined ? '' : `. ${hint}`}`;
}

function nearMiss(values: readonly string[], accepted: ReadonlySet<string>): string | undefined {
  for (const expected of [...accepted].slice(0, MAX_COMPARED))
    for (const value of values.slice(0, MAX_COMPARED)) {
      const difference = differenceOf(value, expected);
      if (difference !== undefined)
        return `It differs from ${expectedValues([expected])} in ${difference}, and that makes it another audience.`;
    }
  return undefined;
}

function differenceOf(value: string, expected: string): string | undefined {
  if (value.trim() === expected.trim()) return 'white space around it';
  if (isAlike(looseForm, value, expected)) return differenceBetween(value, expected);
  const [bare, bareExpected] = [withoutPrefix(value), withoutPrefix(expected)];
  if (bare !== value || bareExpected !== expected) {
    if (bare === bareExpected) return prefixDifference(value, expected);
    if (isAlike(looseForm, bare, bareExpected))
      return `${prefixDifference(value, expected)} and ${differenceBetween(bare, bareExpected)}`;
  }
  if (isWithin(value, expected) || isWithin(expected, value)) return 'the path at its end';
  if (value.split(/[\s,]+/).includes(expected))
    return 'further names in the same string: several audiences are a list';
  return isAlike(hostlessForm, value, expected) ? differenceBetween(value, expected) : undefined;
}

function isAlike(
  formOf: (name: string) => string | undefined,
  one: string,
  other: string,
): boolean {
  const form = formOf(one);
  return form !== undefined && form === formOf(other);
}

/** What Microsoft Entra writes before the id of an application, or does not. */
const PREFIX = /^(?:api:\/\/|spn:)/i;

function withoutPrefix(audience: string): string {
  return audience.replace(PREFIX, '');
}

function prefixDifference(value: string, expected: string): string {
  const [given] = PREFIX.exec(value) ?? [];
  const [wanted] = PREFIX.exec(expected) ?? [];
  return `the prefix ${JSON.stringify((wanted ?? given ?? '').toLowerCase())}`;
}

function isWithin(longer: string, shorter: string): boolean {
  const place = shorter.endsWith('/') ? shorter : `${shorter}/`;
  return shorter.length > 0 && longer.length > place.length && longer.startsWith(place);
}

const GRAPH = /^(?:00000003-0000-0000-c000-000000000000|https:\/\/graph\.microsoft\.com\/?)$/i;

/** Audiences that tell what the client forgot when it asked for the token. */
function othersAudience(
  values: readonly string[],
  claims: Claims,
  { issuer, identity }: IssuerPolicy,
): string | undefined {
  if (values.some((value) => GRAPH.test(value)))
    return 'It is for Microsoft Graph: the client must ask for a scope of this API.';
  if (issuer.includes('/realms/') && values.includes('account'))
    return 'It is what Keycloak writes where no mapper of the client adds an audience.';
  const clientId = clientIdOf(claims, identity);
  if (clientId !== undefined && values.includes(clientId))
    return 'It names the client itself, as the audience of an ID token does.';
  return undefined;
}
