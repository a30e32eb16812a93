import { types } from 'node:util';

const MAX_SHOWN = 80;

/**
 * A value as a message may show it: short, on one line, and without anything secret. Only for what
 * holds no secret by nature; for all else see {@link kindOf}.
 *
 * @param maxLength of a text, in characters.
 */
export function shownValue(value: unknown, maxLength = MAX_SHOWN): string {
  switch (typeof value) {
    case 'string':
      return shownText(value, maxLength);
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return kindOf(value);
  }
}

/** The kind of a value, without anything of its content. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (types.isRegExp(value)) return 'a regular expression';
  if (Array.isArray(value)) return 'a list';
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return tag === 'Object' || !/^[A-Za-z0-9]{1,40}$/.test(tag) ? 'an object' : `a ${tag}`;
}

/** Names the kind of key material or token that is where no secret belongs. */
export function secretKindOf(text: string): string | undefined {
  if (/-----BEGIN|LS0tLS1CRUdJTi/.test(text)) return 'a PEM text';
  if (/^\s*(?:\[\s*)?\{\s*"/.test(text)) return 'a JSON text';
  if (/eyJ[\w-]{16}/.test(text)) return 'a token';
  return undefined;
}

function shownText(text: string, maxLength: number): string {
  const secret = secretKindOf(text);
  if (secret !== undefined) return secret;
  const shown = withoutCredentials(text);
  return oneLine(shown.length > maxLength ? `${shown.slice(0, maxLength)}…` : shown);
}

/** Userinfo, query and fragment of an address may be credentials of a key server, however it is misspelt. */
function withoutCredentials(text: string): string {
  const scheme = /^\s*[a-z][a-z0-9+.-]*:[\\/]+/i.exec(text)?.[0] ?? '';
  // The last one: a password that was not percent-encoded may hold any character.
  const at = text.lastIndexOf('@');
  const query = text.search(/[?#]/);
  // A query with an at sign in it, or a password with a question mark: it can't be told which.
  if (query !== -1 && query < at) return `${scheme}…`;
  // Without a slash or colon it is no address, but a name like those of accounts.
  const shown = at !== -1 && /[:/\\]/.test(text) ? `${scheme}…${text.slice(at)}` : text;
  return shown.replace(/([?#]).+$/s, '$1…');
}

/** Quoted, with what a terminal would not show (or would obey) made visible. */
function oneLine(text: string): string {
  return JSON.stringify(text).replace(/\p{C}|[^\P{Z} ]/gu, (char) =>
    char
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** `path.name`, or `path["odd name"]`. */
export function memberPath(path: string, name: string): string {
  return (path + memberSuffix(name)).replace(/^\./, '');
}

/** `.name`, or `["odd name"]`: what comes behind the path of the object. */
export function memberSuffix(name: string): string {
  const isPlain = /^[\p{L}_$][\p{L}\p{N}_$]{0,79}$/u.test(name) && secretKindOf(name) === undefined;
  return isPlain ? `.${name}` : `[${shownValue(name)}]`;
}
