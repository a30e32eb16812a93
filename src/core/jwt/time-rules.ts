import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { kindOf } from '../util/shown-value.js';
import type { Claims } from '../identity/identity.js';
import { type Check, Refusal } from '../refusals/refusal.js';

/** A claim that says between which times a token is accepted. */
interface TimeRule {
  readonly claim: 'exp' | 'nbf' | 'iat';
  readonly check: Check;
  /** Why the token is refused that lacks the claim; `undefined`: it may. */
  missing(policy: IssuerPolicy): string | undefined;
  /** The time from which, or until which, the token is accepted. */
  fromSeconds?(time: number, policy: IssuerPolicy): number;
  untilSeconds?(time: number, policy: IssuerPolicy): number;
  /** What it is refused with at any other time. */
  readonly code: 'token_expired' | 'token_not_active' | 'claims_invalid';
  reason(span: TimeSpan, policy: IssuerPolicy): string;
}

/** A time, and how far it is from now in whole seconds. */
interface TimeSpan {
  readonly time: number;
  readonly seconds: number;
}

const TIME_RULES: readonly TimeRule[] = [
  {
    ...{ claim: 'exp', check: 'exp' },
    missing: () => '"exp" is missing',
    // RFC 7519 section 4.1.4: on or after it the token is not accepted.
    untilSeconds: (exp, { clockToleranceSeconds }) => exp + clockToleranceSeconds,
    code: 'token_expired',
    reason: ({ seconds }) => `"exp" has passed, ${seconds} s ago`,
  },
  beginsWith('nbf'),
  beginsWith('iat'),
  {
    ...{ claim: 'iat', check: 'age' },
    missing: ({ maxTokenAgeSeconds }) =>
      maxTokenAgeSeconds === undefined
        ? undefined
        : '"iat" is missing and maxTokenAgeSeconds is set',
    untilSeconds: (iat, { maxTokenAgeSeconds = Infinity, clockToleranceSeconds }) =>
      // The last second counts, unlike that of "exp".
      justAfter(iat + maxTokenAgeSeconds + clockToleranceSeconds),
    code: 'claims_invalid',
    reason: ({ seconds }, { maxTokenAgeSeconds }) =>
      `the token is older than maxTokenAgeSeconds (${maxTokenAgeSeconds}): it was issued ${seconds} s ago`,
  },
];

function beginsWith(claim: 'nbf' | 'iat'): TimeRule {
  return {
    ...{ claim, check: claim, missing: () => undefined },
    fromSeconds: (time, { clockToleranceSeconds }) => time - clockToleranceSeconds,
    code: 'token_not_active',
    reason: ({ time, seconds }, { clockToleranceSeconds }) =>
      `"${claim}" lies in the future, by ${seconds} s (clockToleranceSeconds: ${clockToleranceSeconds})${unitHint(time)}`,
  };
}

/** The year 5138; in milliseconds every time since 1973 is beyond it. */
const FAR_FUTURE_SECONDS = 1e11;

/** RFC 7519 section 2, NumericDate. */
function unitHint(time: number): string {
  return time > FAR_FUTURE_SECONDS
    ? ': it is written in milliseconds, and should be in seconds'
    : '';
}

/** The next number: a span ends before its end. */
function justAfter(seconds: number): number {
  return seconds + Math.abs(seconds) * Number.EPSILON;
}

/** Between which times claims that were accepted once are accepted again, as far as times decide it. */
export function acceptedBetween(
  claims: Claims,
  policy: IssuerPolicy,
): { readonly fromSeconds: number; readonly untilSeconds: number } {
  let fromSeconds = -Infinity;
  let untilSeconds = Infinity;
  for (const rule of TIME_RULES) {
    const time = claims[rule.claim];
    if (!isNumericDate(time)) continue;
    fromSeconds = Math.max(fromSeconds, rule.fromSeconds?.(time, policy) ?? -Infinity);
    untilSeconds = Math.min(untilSeconds, rule.untilSeconds?.(time, policy) ?? Infinity);
  }
  return { fromSeconds, untilSeconds };
}

/** Why a token is not accepted at this time (RFC 7519 section 4.1); `undefined` when it is. */
export function checkTimes(
  claims: Claims,
  policy: IssuerPolicy,
  nowSeconds: number,
): Refusal | undefined {
  for (const rule of TIME_RULES) {
    const { claim, check, fromSeconds, untilSeconds } = rule;
    const time = claims[claim];
    if (!isNumericDate(time)) {
      const reason =
        time === undefined
          ? rule.missing(policy)
          : `"${claim}" is ${kindOfTime(time)}, not a number`;
      if (reason !== undefined) return new Refusal('claims_invalid', check, reason);
      continue;
    }
    const isAccepted =
      nowSeconds >= (fromSeconds?.(time, policy) ?? -Infinity) &&
      nowSeconds < (untilSeconds?.(time, policy) ?? Infinity);
    if (!isAccepted) {
      const span = { time, seconds: Math.round(Math.abs(nowSeconds - time)) };
      return new Refusal(rule.code, check, rule.reason(span, policy));
    }
  }
  return undefined;
}

/** Whether an `exp` has passed. */
export function isExpired(exp: unknown, policy: IssuerPolicy, nowSeconds: number): boolean {
  return typeof exp === 'number' && nowSeconds >= exp + policy.clockToleranceSeconds;
}

function kindOfTime(time: unknown): string {
  return typeof time === 'number' ? 'too large' : kindOf(time);
}

function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
