import { Inject, Injectable } from '@nestjs/common';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import type { Credentials, CredentialsRequest, Exchange } from '../calls/exchange.js';
import { isOpen, setHeader } from '../calls/response-headers.js';
import type { Claims } from '../identity/identity.js';
import { nextStep, Refusal } from '../refusals/refusal.js';
import { TOKENS } from '../util/di-tokens.js';
import type { MaybeAsync } from '../util/maybe-async.js';

/** One way in which a caller proves that a bound token is its own. */
export interface ProofOfPossession {
  /** The member of `cnf` that binds a token in this way (RFC 9449 section 6.1, RFC 8705 section 3.1). */
  readonly member: 'jkt' | 'x5t#S256';

  /**
   * Asked for every token, because an issuer may demand that its tokens are bound.
   *
   * @param bound the value of the member; `undefined` when the token is not bound in this way.
   * @returns a refusal, where the caller proves nothing, or the wrong thing.
   * @throws Refusal `keys_unavailable`, at once or as a rejection, when it can't be checked.
   */
  check(
    bound: unknown,
    credentials: Credentials,
    policy: IssuerPolicy,
  ): MaybeAsync<Refusal | undefined>;

  /** Headers for the answer to a request whose proof was good, by name. Absent, or `undefined`: none. */
  answerHeadersFor?(request: CredentialsRequest): Readonly<Record<string, string>> | undefined;
}

/** The ways that the configuration allows, in the order in which they are checked: those that use up something come last. */
export type ProofsOfPossession = readonly ProofOfPossession[];

/**
 * Checks on every request that a token comes from who it was issued to (RFC 7800 section 3.1). A token that
 * is bound in two ways must satisfy both; one that is bound in no way known here is refused, because a
 * stolen one must not pass.
 */
@Injectable()
export class TokenBinding {
  constructor(@Inject(TOKENS.proofsOfPossession) private readonly proofs: ProofsOfPossession) {}

  /**
   * @returns a refusal `token_binding_invalid`, or one of a proof; synchronous where no proof has to wait.
   * @throws Refusal `keys_unavailable`, at once or as a rejection, when it can't be checked.
   */
  check(
    { cnf }: Claims,
    policy: IssuerPolicy,
    credentials: Credentials,
  ): MaybeAsync<Refusal | undefined> {
    if (cnf === undefined && this.proofs.length === 0) return undefined;
    return this.checkMembers(cnf) ?? this.checkProofs(cnf, policy, credentials);
  }

  /** Tells a caller whose proof was good what it should know for the next one. */
  setAnswerHeaders({ request, response }: Exchange): void {
    for (const proof of this.proofs)
      for (const [name, value] of Object.entries(proof.answerHeadersFor?.(request) ?? {}))
        if (isOpen(response)) setHeader(response, name, value);
  }

  /**
   * Whether a request could prove at all that such a token is its caller's. Members beside those that bind
   * say nothing: some servers add their own.
   *
   * @param cnf the token's, if it has one.
   * @returns a refusal `token_binding_invalid` for one that is bound in a way that is not configured.
   */
  checkMembers(cnf: unknown): Refusal | undefined {
    if (cnf === undefined) return undefined;
    const bindings = BINDINGS.filter((member) => memberOf(cnf, member) !== undefined);
    const isKnown = (member: string): boolean =>
      this.proofs.some((proof) => proof.member === member);
    if (bindings.length > 0 && bindings.every(isKnown)) return undefined;
    return new Refusal(
      'token_binding_invalid',
      'binding',
      'the token is bound to a key ("cnf"), and nothing is configured that could check the binding',
    );
  }

  /** One after the other, up to the first refusal. */
  private checkProofs(
    cnf: unknown,
    policy: IssuerPolicy,
    credentials: Credentials,
  ): MaybeAsync<Refusal | undefined> {
    return this.proofs.reduce<MaybeAsync<Refusal | undefined>>(
      (before, proof) =>
        nextStep(before, () => proof.check(memberOf(cnf, proof.member), credentials, policy)),
      undefined,
    );
  }
}

const BINDINGS = ['jkt', 'x5t#S256'] satisfies readonly ProofOfPossession['member'][];

/** Its own: one that every object inherits, by a polluted prototype, binds nothing. */
function memberOf(cnf: unknown, member: ProofOfPossession['member']): unknown {
  return Object.getOwnPropertyDescriptor(Object(cnf), member)?.value;
}
