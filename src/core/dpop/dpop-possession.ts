import type { Credentials, CredentialsRequest } from '../calls/exchange.js';
import { valuesOf } from '../calls/header-lines.js';
import type { DpopMode } from '../../config/binding-config.js';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { type RequestLine, requestLineOf, requestOf } from '../calls/request-line.js';
import type { ProofOfPossession } from '../guard/token-binding.js';
import { nextStep, Refusal, type Result } from '../refusals/refusal.js';
import type { MaybeAsync } from '../util/maybe-async.js';
import { newStamp } from '../calls/stamp.js';
import { BOUND, bindingInvalid, boundTokenFault, unboundFault } from './binding-fault.js';
import type { ProofNonces } from './proof-nonces.js';
import type { ProofReservations } from './proof-reservations.js';
import type { ProofVerifier, VerifiedProof } from './proof-verifier.js';

/** What checks a proof. */
export interface DpopParts {
  readonly verifier: Pick<ProofVerifier, 'verify'>;
  readonly maxAgeSeconds: number;
  /** Also how far the clocks of two processes may differ. */
  readonly maxFutureSeconds: number;
  /** Absent where no nonce is demanded. */
  readonly nonces: ProofNonces | undefined;
  /** Absent where replays are detected elsewhere. */
  readonly reservations: ProofReservations | undefined;
}

/** What was found out about the proof of a request. */
interface Verdict {
  readonly token: string;
  readonly refusal: MaybeAsync<Refusal | undefined>;
}

/** A bound token, and the request that has to prove whose it is. */
interface BoundToken {
  readonly token: string;
  readonly thumbprint: string;
  readonly request: CredentialsRequest;
  readonly line: RequestLine;
}

/** Proof of possession by DPoP (RFC 9449 section 7.1). */
export class DpopPossession implements ProofOfPossession {
  readonly member = 'jkt';
  /** A proof counts once, and a request may be asked about often: by guards, fields and middleware. */
  private readonly verdicts = newStamp<Verdict>();
  private readonly nextNonces = newStamp<string>();

  constructor(private readonly parts: DpopParts) {}

  check(
    bound: unknown,
    credentials: Credentials,
    { dpop: mode }: Pick<IssuerPolicy, 'dpop'>,
  ): MaybeAsync<Refusal | undefined> {
    if (bound === undefined) return unboundFault(credentials.scheme, mode);
    const boundToken = boundTokenOf(bound, credentials, mode);
    return boundToken instanceof Refusal ? boundToken : this.verdictOn(boundToken);
  }

  /**
   * The nonce that the client should use next, where it used an older one (RFC 9449 section 8.2). No cache may
   * hand it to others.
   */
  answerHeadersFor(request: CredentialsRequest): Readonly<Record<string, string>> | undefined {
    if (this.parts.nonces === undefined) return undefined;
    const nonce = this.nextNonces.of(requestOf(request));
    return nonce === undefined ? undefined : { 'DPoP-Nonce': nonce, 'Cache-Control': 'no-store' };
  }

  private verdictOn(bound: BoundToken): MaybeAsync<Refusal | undefined> {
    const request = requestOf(bound.request);
    const known = this.verdicts.of(request);
    if (known?.token === bound.token) return known.refusal;
    const refusal = settled(() => this.checkProof(bound));
    this.verdicts.put(request, { token: bound.token, refusal });
    return refusal;
  }

  private checkProof(bound: BoundToken): MaybeAsync<Refusal | undefined> {
    const [proof, ...others] = presentedProofs(bound.request);
    if (proof === undefined)
      return proofInvalid(
        'the token is bound to a key ("cnf.jkt") and came without a proof: there is no header DPoP',
      );
    if (others.length > 0) return proofInvalid('more than one header DPoP');
    const { token, thumbprint, request, line } = bound;
    const isUpgrade = request.headers.upgrade !== undefined;
    const verified = this.parts.verifier.verify(proof, { token, thumbprint, line, isUpgrade });
    return nextStep(verified, (good) => this.conclude(good, bound));
  }

  /** What is asked of a good proof. It is reserved last: a bad one uses up nothing. */
  private conclude(
    proof: VerifiedProof,
    { thumbprint, request }: BoundToken,
  ): MaybeAsync<Refusal | undefined> {
    if (proof.thumbprint !== thumbprint)
      return bindingInvalid(
        'the proof is made with another key than the one that the token is bound to',
      );
    const { nonces, maxAgeSeconds } = this.parts;
    const untilSeconds = proof.issuedAtSeconds + maxAgeSeconds;
    if (nonces === undefined) return this.reserve(proof, untilSeconds);
    const nonce = typeof proof.nonce === 'string' ? nonces.find(proof.nonce) : undefined;
    if (nonce === undefined) return nonceRequired(proof.nonce, nonces.current());
    if (nonce.isLate) this.nextNonces.put(requestOf(request), nonces.current());
    return this.reserve(proof, Math.min(untilSeconds, nonce.untilSeconds));
  }

  private reserve(proof: VerifiedProof, untilSeconds: number): MaybeAsync<Refusal | undefined> {
    return this.parts.reservations?.reserve(proof, untilSeconds + this.parts.maxFutureSeconds);
  }
}

function boundTokenOf(
  bound: unknown,
  { token, scheme, isInAuthorization, request }: Credentials,
  mode: DpopMode,
): Result<BoundToken> {
  const fault = boundTokenFault(bound, mode);
  if (fault) return fault;
  const line = request && requestLineOf(request);
  if (request === undefined || line === undefined)
    return bindingInvalid(
      `${BOUND} and came with a call that has no method and address for a proof to name`,
    );
  if (!isInAuthorization) return bindingInvalid(`${BOUND} and was not in the Authorization header`);
  if (scheme !== 'DPoP') return bindingInvalid(`${BOUND} and came as a bearer token`);
  return { token, thumbprint: bound as string, request, line };
}

/** A check that can be waited for again, also when it throws. */
function settled(check: () => MaybeAsync<Refusal | undefined>): MaybeAsync<Refusal | undefined> {
  try {
    return check();
  } catch (error) {
    const failed = Promise.reject<undefined>(error as Error);
    failed.catch(() => undefined);
    return failed;
  }
}

function nonceRequired(nonce: unknown, dpopNonce: string): Refusal {
  const reason =
    nonce === undefined
      ? '"nonce" of the proof is absent'
      : '"nonce" of the proof is not from this API, or no longer accepted';
  return new Refusal('dpop_nonce_required', 'nonce', reason, { details: { dpopNonce } });
}

function proofInvalid(reason: string): Refusal {
  return new Refusal('dpop_proof_invalid', 'proof', reason);
}

/** The `DPoP` headers of a request. Node joins several to one text; the raw lines have each. */
function presentedProofs(request: CredentialsRequest): readonly string[] {
  const { dpop } = request.headers as { readonly dpop?: unknown };
  if (dpop === undefined) return [];
  const proofs = valuesOf(request, 'dpop');
  if (proofs.length > 0) return proofs;
  // What is no text is no proof, and need not have a text.
  return [dpop].flat().map((one: unknown) => (typeof one === 'string' ? one : ''));
}
