import type { ResolvedTrustedIssuer } from '../../config/resolved-config.js';
import type { Claims } from '../identity/identity.js';
import { type Check, Refusal } from '../refusals/refusal.js';

/** A claim that says between which times a token is accepted. */
interface TimeRule {
  readonly claim: 'exp' | 'nbf' | 'iat';
  readonly check: Check;
  /** Why the token is refused that lacks the claim; `undefined`: it may. */
  missing(rules: ResolvedTrustedIssuer): string | undefined;
  /** The time from which, or until which, the token is accepted. */
  fromSeconds?(time: number, rules: ResolvedTrustedIssuer): number;
  untilSeconds?(time: number, rules: ResolvedTrustedIssuer): number;
  /** At any other time. */
  readonly refusal: readonly ['token_expired' | 'token_not_active' | 'claims_invalid', string];
}

const TIME_RULES: readonly TimeRule[] = [
  {
    ...{ claim: 'exp', check: 'exp' },
    missing: () => '"exp" is missing or not a finite number',
    // RFC 7519 section 4.1.4: on or after it the token is not accepted.
    untilSeconds: (exp, { clockToleranceSeconds }) => exp + clockToleranceSeconds,
    refusal: ['token_expired', '"exp" has passed'],
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
    refusal: ['claims_invalid', 'the token is older than maxTokenAgeSeconds'],
  },
];

function beginsWith(claim: 'nbf' | 'iat'): TimeRule {
  return {
    ...{ claim, check: claim, missing: () => undefined },
    fromSeconds: (time, { clockToleranceSeconds }) => time - clockToleranceSeconds,
    refusal: ['token_not_active', `"${claim}" lies in the future`],
  };
}

/** The next number: a span ends before its end. */
function justAfter(seconds: number): number {
  return seconds + Math.abs(seconds) * Number.EPSILON;
}

/** Between which times claims that were accepted once are accepted again, as far as times decide it. */
export function acceptedBetween(
  claims: Claims,
  rules: ResolvedTrustedIssuer,
): { readonly fromSeconds: number; readonly untilSeconds: number } {
  let fromSeconds = -Infinity;
  let untilSeconds = Infinity;
  for (const rule of TIME_RULES) {
    const time = claims[rule.claim];
    if (!isNumericDate(time)) continue;
    fromSeconds = Math.max(fromSeconds, rule.fromSeconds?.(time, rules) ?? -Infinity);
    untilSeconds = Math.min(untilSeconds, rule.untilSeconds?.(time, rules) ?? Infinity);
  }
  return { fromSeconds, untilSeconds };
}

/** Why a token is not accepted at this time (RFC 7519 section 4.1); `undefined` when it is. */
export function checkTimes(
  claims: Claims,
  rules: ResolvedTrustedIssuer,
  nowSeconds: number,
): Refusal | undefined {
  for (const { claim, check, missing, fromSeconds, untilSeconds, refusal } of TIME_RULES) {
    const time = claims[claim];
    if (!isNumericDate(time)) {
      const reason =
        missing(rules) ?? (time === undefined ? undefined : `"${claim}" is not a finite number`);
      if (reason !== undefined) return new Refusal('claims_invalid', check, reason);
      continue;
    }
    const isAccepted =
      nowSeconds >= (fromSeconds?.(time, rules) ?? -Infinity) &&
      nowSeconds < (untilSeconds?.(time, rules) ?? Infinity);
    if (!isAccepted) return new Refusal(refusal[0], check, refusal[1]);
  }
  return undefined;
}

/** Whether an `exp` has passed. */
export function isExpired(exp: unknown, rules: ResolvedTrustedIssuer, nowSeconds: number): boolean {
  return typeof exp === 'number' && nowSeconds >= exp + rules.clockToleranceSeconds;
}

function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
