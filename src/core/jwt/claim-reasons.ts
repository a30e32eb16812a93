import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { kindOf } from '../util/shown-value.js';
import { clientIdOf } from '../identity/identity-mapper.js';
import type { CheckedClaims, Claims } from '../identity/identity.js';
import { differenceBetween, hostlessForm, looseForm } from '../refusals/near-miss.js';
import { expectedValues } from '../refusals/expected-values.js';
import type { ClaimValue, RequiredClaim } from '../../config/trusted-issuer-config.js';
import { claimAt } from '../jose/claim-path.js';

/** Why `tid` is not the tenant of the issuer. */
export function tenantReason(tid: unknown): string {
  if (tid === undefined) return '"tid" is absent; expected: the tenant that "iss" names';
  return typeof tid === 'string'
    ? '"tid" is not the tenant that "iss" names'
    : `"tid" is ${kindOf(tid)}, not a string`;
}

/** Why the client is not one of those that are accepted for this issuer. */
export function clientReason(clientId: string | undefined, clientIds: ReadonlySet<string>): string {
  const what =
    clientId === undefined ? 'the token names no client, and needs' : 'the client is not';
  return `${what} one of clientIds (${expectedValues(clientIds)})`;
}

/** Why a required claim is not as configured, without a value of the token. */
export function requiredClaimReason(name: string, claim: unknown, expected: RequiredClaim): string {
  if (typeof expected === 'function')
    return `the required claim "${name}" ${claim === undefined ? 'is absent, and' : 'is present, but'} its predicate does not accept it`;
  const values = [expected].flat() as readonly ClaimValue[];
  const isOfKind = [claim]
    .flat()
    .some((item) => values.some((value) => typeof value === typeof item));
  const what = claim === undefined ? 'absent' : isOfKind ? 'another' : kindOf(claim);
  return `the required claim "${name}" is not as configured: it is ${what}; expected: ${expectedValues(values)}`;
}

export const NO_SUBJECT_READ = 'the function identity.subject gave no subject';
export const SHARED_SUBJECT =
  'the subject is a sentence that is the same for every user (Azure AD B2C set not to support ' +
  'the claim "sub"): set the subject of the user flow to the object id, or write ' +
  "identity: { subject: 'oid' }";

type Places = IssuerPolicy['identity']['subject'];

/** Why there is no subject in the places where the issuer writes it. */
export function missingSubjectReason(
  claims: CheckedClaims,
  { paths }: Places,
  issuer: string,
): string {
  const found = paths.map((path) => claimAt(claims, path)).find((value) => value !== undefined);
  const places = paths.map(({ name }) => name).join(', ');
  const what =
    found === undefined || typeof found === 'number'
      ? ''
      : `, where there is ${foundInPlace(found)}`;
  return `no subject in ${places}${what} (${remedyFor(found, issuer)})`;
}

function foundInPlace(value: unknown): string {
  if (typeof value !== 'string') return kindOf(value);
  return value === '' ? 'an empty string' : 'a string that is not well-formed';
}

function remedyFor(found: unknown, issuer: string): string {
  if (typeof found === 'number')
    return "it is a number there, which identity: { subject: 'sub' } of the issuer takes as its decimal text";
  const remedy = 'identity.subject of the issuer may name another claim';
  // The path of every realm, whatever the server's host and prefix.
  return found === undefined && issuer.includes('/realms/')
    ? `${remedy}; Keycloak 25 and later: the client lacks the scope "basic"`
    : remedy;
}

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
