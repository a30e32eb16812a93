import { isDeepStrictEqual } from 'node:util';
import type { Claims } from '../identity/identity.js';
import { IntrospectionFailure } from './introspection-failure.js';

/** What the server says of a token (RFC 7662 section 2.2). */
export type IntrospectionAnswer =
  { readonly active: false } | { readonly active: true; readonly members: Claims };

/**
 * The members of an answer.
 *
 * @throws IntrospectionFailure `unusable`: nothing but the boolean says whether a token is active.
 */
export function answerIn(json: unknown): IntrospectionAnswer {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new IntrospectionFailure('unusable', 'the answer is not a JSON object');
  const { active, ...members } = json as Claims;
  if (typeof active !== 'boolean')
    throw new IntrospectionFailure('unusable', '"active" of the answer is not a boolean');
  return active ? { active, members } : { active };
}

/** Members that are a set, in whatever form and order. */
const SETS: Readonly<Record<string, (value: unknown) => unknown>> = {
  // RFC 7519 section 4.1.3: one string or a list.
  aud: (value) => new Set([value].flat()),
  // RFC 8693 section 4.2.
  scope: (value) => new Set(typeof value === 'string' ? value.split(' ') : [value].flat()),
};

/** Members that a token and the answer about it both have, with different values. */
export function contradictions(token: Claims, answer: Claims): readonly string[] {
  return Object.keys(answer).filter(
    (name) => Object.hasOwn(token, name) && !isSame(name, token[name], answer[name]),
  );
}

function isSame(name: string, one: unknown, other: unknown): boolean {
  const inOneForm = Object.hasOwn(SETS, name) ? SETS[name] : undefined;
  return inOneForm === undefined
    ? isDeepStrictEqual(one, other)
    : isDeepStrictEqual(inOneForm(one), inOneForm(other));
}
