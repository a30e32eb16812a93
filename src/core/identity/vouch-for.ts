import { kindOf } from '../util/shown-value.js';
import { type Identity, markedAsIdentity, MAX_DEPTH } from './identity.js';

/** What a member of an identity may be. */
interface MemberRule {
  readonly words: string;
  allows(value: unknown): boolean;
}

const SCALARS: ReadonlySet<string> = new Set(['string', 'boolean']);

const isText = (value: unknown): boolean =>
  typeof value === 'string' && value !== '' && value.isWellFormed();

const TEXT: MemberRule = {
  words: 'a string that is not empty, of well-formed Unicode',
  allows: isText,
};
const TEXT_IF_ANY: MemberRule = {
  words: `undefined, or ${TEXT.words}`,
  allows: (value) => value === undefined || isText(value),
};
const TEXTS: MemberRule = {
  words: 'a list of strings',
  allows: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};

/** A rule for every member of an identity; one that is forgotten does not compile. */
const RULES: Readonly<Record<keyof Identity, MemberRule>> = {
  issuer: TEXT,
  subject: TEXT,
  id: TEXT,
  clientId: TEXT_IF_ANY,
  audience: TEXTS,
  scopes: TEXTS,
  roles: TEXTS,
  tenant: TEXT_IF_ANY,
  expiresAt: { words: 'a finite number of seconds', allows: Number.isFinite },
  tokenId: TEXT_IF_ANY,
  claims: {
    words: `an object of what JSON can hold, nested at most ${MAX_DEPTH} deep`,
    allows: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
};

/**
 * Makes an identity of your own count wherever one of this module's does, for a guard that finds the caller
 * by other means than an access token: `request.user = vouchFor({ … })`. Every member must be given,
 * `clientId`, `tenant` and `tokenId` perhaps as `undefined`. Other members are left out.
 *
 * Nothing is looked up: the calling code is responsible for its content. `expiresAt` is not checked either.
 *
 * @returns a copy, frozen with all in it.
 * @throws TypeError that names the first member of a wrong shape. No value is repeated.
 */
export function vouchFor(identity: Identity): Identity {
  if (typeof identity !== 'object' || (identity as unknown) === null)
    throw new TypeError(`vouchFor takes an identity, not ${kindOf(identity)}`);
  const names = Object.keys(RULES) as (keyof Identity)[];
  const members = names.map((name) => [name, memberOf(identity, name)] as const);
  return Object.freeze(markedAsIdentity(Object.fromEntries(members) as unknown as Identity));
}

/** Copies before checking, so that what was checked can't change any more. */
function memberOf(identity: Identity, name: keyof Identity): unknown {
  const rule = RULES[name];
  let kind = 'what can’t be read';
  try {
    const value = identity[name];
    kind = kindOf(value);
    const copy = frozenCopyOf(value, 0);
    if (rule.allows(copy)) return copy;
  } catch {
    // What was thrown may quote the value.
  }
  throw new TypeError(`${name} of an identity must be ${rule.words}; it is ${kind}`);
}

/** @throws Error for what JSON can't hold, `undefined` excepted. */
function frozenCopyOf(value: unknown, depth: number): unknown {
  if (isScalar(value)) return value;
  if (depth > MAX_DEPTH) throw new Error('nested too deeply');
  if (Array.isArray(value))
    return Object.freeze(Array.from(value, (one) => frozenCopyOf(one, depth + 1)));
  if (Object.prototype.toString.call(value) !== '[object Object]') throw new Error('not JSON');
  const members = Object.entries(value as object);
  return Object.freeze(
    Object.fromEntries(members.map(([name, one]) => [name, frozenCopyOf(one, depth + 1)])),
  );
}

function isScalar(value: unknown): boolean {
  return (
    value === undefined || value === null || SCALARS.has(typeof value) || Number.isFinite(value)
  );
}
