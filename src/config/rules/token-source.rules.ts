import type { Finding } from '../configuration-rule.js';
import { nearestName } from '../nearest-name.js';
import { isOptionsObject } from '../options-object.js';
import { shownValue } from '../shown-value.js';
import { listFindings } from './list.rules.js';
import { stringFault } from './text.rules.js';

const FORMS = ['cookie', 'query', 'body'];
const HOW = 'Write "header", { cookie }, { query }, { body } or a function of the request.';

/** Judges where access tokens are looked for. */
export function tokenSourcesFindings(value: unknown): Iterable<Finding> {
  const remedies = { noList: 'List sources, like ["header"].', empty: `Name a source. ${HOW}` };
  const seen = new Map<unknown, number>();
  return listFindings(value, remedies, (source, index) => {
    const fault = sourceFault(source);
    if (fault !== undefined) return fault;
    const first = seen.get(identityOf(source));
    if (first === undefined) seen.set(identityOf(source), index);
    return first === undefined
      ? undefined
      : `the same source as [${first}]. Name every source once.`;
  });
}

function sourceFault(source: unknown): string | undefined {
  if (source === 'header' || typeof source === 'function') return undefined;
  if (!isOptionsObject(source)) {
    const isName = typeof source === 'string' && nearestName(source, FORMS) !== undefined;
    const remedy = isName ? `Write { ${nearestName(String(source), FORMS)}: "name" }.` : HOW;
    return `${shownValue(source)} is not a token source. ${remedy}`;
  }
  const [name = '', ...others] = Object.keys(source);
  if (others.length > 0) return 'the object has several members. Make each a source of its own.';
  if (!FORMS.includes(name)) {
    const meant = nearestName(name, FORMS);
    return `the object is not a token source. ${meant === undefined ? HOW : `Did you mean { ${meant} }?`}`;
  }
  const fault = stringFault(source[name]) ?? cookieFault(name, source[name]);
  return fault === undefined ? undefined : `${name}: ${fault}`;
}

/** RFC 6265 section 4.1.1: the name of a cookie is a token (RFC 9110 section 5.6.2). */
function cookieFault(form: string, name: unknown): string | undefined {
  if (form !== 'cookie' || /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(String(name))) return undefined;
  return `${shownValue(name)} cannot be the name of a cookie. Use letters, digits and "_" or "-".`;
}

/** Equal for sources that look in the same place. */
function identityOf(source: unknown): unknown {
  return isOptionsObject(source) ? JSON.stringify(Object.entries(source)) : source;
}
