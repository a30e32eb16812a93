import { type MaybeAsync, whenKnown } from '../util/maybe-async.js';
import type { AuthenticationScheme } from '../calls/exchange.js';
import type { ChallengeDetails } from './challenge.js';
import type { CauseCode } from './refusal-table.js';

/** What was checked when a request was refused; `core/guard/steps.ts` says in which step. */
export type Check =
  | 'credentials'
  | 'form'
  | 'issuer'
  | 'alg'
  | 'typ'
  | 'header'
  | 'key'
  | 'signature'
  | 'introspection'
  | 'active'
  | 'exp'
  | 'nbf'
  | 'iat'
  | 'age'
  | 'tenant'
  | 'aud'
  | 'purpose'
  | 'client'
  | 'required-claim'
  | 'nesting'
  | 'binding'
  | 'proof'
  | 'nonce'
  | 'replay'
  | 'subject'
  | 'grants'
  | 'revocation'
  | 'caller-issuer'
  | 'authentication'
  | 'scopes'
  | 'roles'
  | 'internal';

/** What observers are told of a token that was refused. */
export interface JudgedToken {
  /** The trusted issuer, as configured; `undefined` where none was found. */
  readonly issuer: string | undefined;
  readonly durationMs: number | undefined;
}

/** What a refusal says beside code, check and reason. */
export interface RefusalExtras {
  /** The claim that was checked, by its name in the configuration or the specification. */
  readonly claim?: string;
  /** What went wrong underneath, where that is known and says nothing of the token. */
  readonly cause?: unknown;
  /** For `keys_unavailable`: when it is worth asking again. */
  readonly retryAfterSeconds?: number;
  /** What the route asks for, said in the challenge. */
  readonly details?: ChallengeDetails;
  /** What observers are told about the token; absent when none was checked. */
  readonly judged?: JudgedToken;
}

/** What a step makes of a token: what the next step needs, or why the request goes no further. */
export type Result<Good> = Good | Refusal;

/** Registered, so that it is one for all copies of this package in a process. */
const REFUSAL = Symbol.for('nestjs-trusted-issuers:refusal');

/**
 * Why a request goes no further. At the edge of the module it becomes an exception with body and challenge.
 *
 * From parsing to authorization, steps return it where the token is bad, and throw it where they can't tell
 * (`keys_unavailable`): bad tokens come in floods, and what is thrown costs more than what is returned.
 * It is no `Error`, because an `Error` would capture a stack for each.
 */
export class Refusal {
  /**
   * A refusal by another copy of this package is one, too: the guard of the CommonJS copy may work
   * with the authenticator of the ESM copy, and must not take its 401 for a failure.
   */
  static [Symbol.hasInstance](value: unknown): value is Refusal {
    try {
      // Every step asks this of what the step before it found: reading is several times as fast as `in`.
      return (value as { readonly [REFUSAL]?: unknown } | null | undefined)?.[REFUSAL] === true;
    } catch {
      // An application's function may throw what can't be looked at, such as a revoked `Proxy`.
      return false;
    }
  }

  /** The presentation that formatted its exception; `undefined` before there is one. */
  formattedBy: object | undefined = undefined;

  constructor(
    readonly code: CauseCode,
    readonly check: Check,
    /** For the operator's log: what was expected, and in what the token differs. Never holds a value of the token. */
    readonly reason: string,
    private readonly extras: RefusalExtras = {},
  ) {}

  get [REFUSAL](): true {
    return true;
  }

  get claim(): string | undefined {
    return this.extras.claim;
  }

  get cause(): unknown {
    return this.extras.cause;
  }

  get retryAfterSeconds(): number | undefined {
    return this.extras.retryAfterSeconds;
  }

  get details(): ChallengeDetails {
    return this.extras.details ?? {};
  }

  get judged(): JudgedToken | undefined {
    return this.extras.judged;
  }

  /** The same refusal of a token that came under a scheme. */
  under(scheme: AuthenticationScheme): Refusal {
    // No scheme means this one, and what has no details is worded once for all.
    if (scheme === 'Bearer') return this;
    const details = { ...this.extras.details, scheme };
    return new Refusal(this.code, this.check, this.reason, { ...this.extras, details });
  }

  /** The same refusal, with what observers are told of the token. */
  of(judged: JudgedToken): Refusal {
    return new Refusal(this.code, this.check, this.reason, { ...this.extras, judged });
  }
}

/** What was thrown, as a refusal. Any other error says nothing about the token, which was not checked. */
export function refusalOfError(error: unknown): Refusal {
  return error instanceof Refusal
    ? error
    : new Refusal('keys_unavailable', 'internal', 'verification failed unexpectedly', {
        cause: error,
      });
}

/**
 * Takes the next step with what a step has found (a check that does not refuse finds nothing), at once where
 * that is there; after a refusal there is no next step.
 */
export function nextStep<Found, Next>(
  found: MaybeAsync<Result<Found>>,
  take: (found: Found) => MaybeAsync<Result<Next>>,
): MaybeAsync<Result<Next>> {
  return whenKnown(found, (result) => (result instanceof Refusal ? result : take(result)));
}
