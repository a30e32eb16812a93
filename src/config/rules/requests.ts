import { isDeepStrictEqual } from 'node:util';
import { kindOf, memberSuffix, shownValue } from '../../core/util/shown-value.js';
import { nearestName } from '../nearest-name.js';
import { isLiteral, isOptionsObject, type Members } from '../value-kinds.js';
import { below, type Fault } from '../findings.js';
import type { Rule } from '../option.js';
import { list, NOT_SET, stringThat } from './values.js';

/** A `token` of RFC 9110 section 5.6.2, which the names of headers and cookies are (RFC 6265 section 4.1.1). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Whether a text can be the name of a header. */
export function isTokenName(text: string): boolean {
  return TOKEN.test(text);
}

/** What `fetch` can send: Latin-1 without control characters, so no second header can hide in it. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Request headers. Their values are credentials, so they are never shown. */
export const headers: Rule = (value) => {
  if (typeof value === 'function') return undefined;
  if (!isOptionsObject(value))
    return `${kindOf(value)} is not an object of headers. Write { name: value }, or a function that returns it.`;
  if (!isLiteral(value)) return 'an instance of a class may hide members. Write { name: value }.';
  return Object.entries(value).flatMap(([name, header]) =>
    TOKEN.test(name)
      ? below(memberSuffix(name), headerValueFault(header))
      : // Not shown: it may well be a whole header line.
        below('', 'a name in it is not a header name. Write { name: value }.'),
  );
};

function headerValueFault(value: unknown): Fault {
  if (value === undefined) return `undefined is not a string. ${NOT_SET}`;
  if (typeof value !== 'string') return `${kindOf(value)} is not a string. Give the header value.`;
  if (!HEADER_VALUE.test(value))
    return 'the value has a line break or another character that is not allowed in a header. Trim what was read from a file.';
}

const HOW =
  'Write "header", { header }, { cookie }, { query }, { body } or a function of the request.';

const NAMED = ['cookie', 'query', 'body'];
const FORMS = ['header', ...NAMED];

/** Where access tokens are looked for. */
export const tokenSources: Rule = (sources) => {
  const check = (source: unknown, index: number): Fault => {
    const first = (sources as unknown[]).findIndex((other) =>
      isDeepStrictEqual(placeIn(other), placeIn(source)),
    );
    const again = first < index && `the same source as [${first}]. Name every source once.`;
    return sourceFault(source) || again;
  };
  return list(check, 'List sources, like ["header"].', `Name a source. ${HOW}`)(sources);
};

function sourceFault(source: unknown): Fault {
  if (source === 'header' || typeof source === 'function') return undefined;
  if (!isOptionsObject(source)) {
    const meant = typeof source === 'string' ? nearestName(source, NAMED) : undefined;
    const remedy = meant === undefined ? HOW : `Write { ${meant}: "name" }.`;
    return `${shownValue(source)} is not a token source. ${remedy}`;
  }
  if ('header' in source) return namedHeaderFault(source);
  const [form = '', ...others] = Object.keys(source);
  if (others.length > 0) return 'the object has several members. Make each a source of its own.';
  if (!FORMS.includes(form)) {
    const meant = nearestName(form, FORMS);
    return `the object is not a token source. ${meant === undefined ? HOW : `Did you mean { ${meant} }?`}`;
  }
  const name = stringThat((text, shown) => {
    if (form === 'cookie' && !TOKEN.test(text))
      return `${shown} cannot be the name of a cookie. Use letters, digits and "_" or "-".`;
  });
  const fault = name(source[form]);
  return fault && `${form}: ${fault}`;
}

/** Where a source looks; names of headers and schemes have no case. */
function placeIn(source: unknown): unknown {
  if (!isOptionsObject(source) || typeof source['header'] !== 'string') return source;
  const { header, scheme } = source;
  return [header, scheme].map((name) => (typeof name === 'string' ? name.toLowerCase() : name));
}

function namedHeaderFault(source: Members): Fault {
  const { header, scheme, same, ...others } = source;
  const [other] = Object.keys(others);
  if (FORMS.includes(other ?? ''))
    return 'the object has several members. Make each a source of its own.';
  if (other !== undefined)
    return `the object has a member that no source has. Write { header, scheme, same }.`;
  const fault = headerName(header);
  if (fault) return `header: ${fault}`;
  if (same !== undefined && same !== 'allowed')
    return `same: ${shownValue(same)} is not "allowed". Write that, or leave it out.`;
  return schemeFault(String(header).toLowerCase() === 'authorization', scheme);
}

const headerName = stringThat((text, shown) => {
  if (!TOKEN.test(text)) return `${shown} cannot be the name of a header.`;
  if (/^(?:cookie|host|content-.*|transfer-encoding|connection)$/i.test(text))
    return `${shown} is a header with a meaning of its own. Name the one that has the token.`;
});

/** In `Authorization` the scheme says what the rest is. */
function schemeFault(isAuthorization: boolean, scheme: unknown): Fault {
  if (scheme === undefined)
    return (
      isAuthorization &&
      'header: in "authorization" a scheme comes before the token. Write "header" for Bearer, or name the scheme.'
    );
  const fault = schemeName(scheme);
  if (fault) return `scheme: ${fault}`;
  const name = String(scheme).toLowerCase();
  if (name === 'dpop' || (isAuthorization && name === 'bearer'))
    return `scheme: ${shownValue(scheme)} is read by the source "header". Write that.`;
}

const schemeName = stringThat(
  (text, shown) => !TOKEN.test(text) && `${shown} cannot be the name of a scheme.`,
);
