import { hash } from 'node:crypto';
import type { RequestLine } from '../calls/request-line.js';
import { algorithmOfKey } from '../jose/edwards-algorithms.js';
import { canonicalTokenType } from '../jose/token-type.js';
import type { NodeCryptoSignatureVerifier } from '../jwt/node-crypto-signature-verifier.js';
import { parseUnverifiedToken, scratchFor, type UnverifiedToken } from '../jwt/unverified-token.js';
import { Refusal, type Result } from '../refusals/refusal.js';
import type { Clock } from '../util/clock.js';
import { type MaybeAsync, whenKnown } from '../util/maybe-async.js';
import { type ClientKey, readClientKey } from './client-key.js';
import type { ClientKeys } from './client-keys.js';
import { differingParts, readHttpAddress } from './http-address.js';
import type { PublicAddress } from './public-address.js';

/** A proof of a whole ML-DSA-87 key and signature has about 11500 bytes, any other less than 3000. */
export const MAX_PROOF_BYTES = 12_288;

/** Of a `jti`: 256 characters are more than any generator makes. */
const MAX_JTI_CHARACTERS = 256;

/** What proofs must be like. */
export interface ProofTerms {
  /** The `alg` values accepted. */
  readonly algorithms: ReadonlySet<string>;
  readonly maxAgeSeconds: number;
  readonly maxFutureSeconds: number;
}

/** What a proof must prove. */
export interface ProofSubject {
  readonly token: string;
  /** Of the key that the token is bound to; only to find that key. */
  readonly thumbprint: string;
  readonly line: RequestLine;
  /** Whether the request opens a WebSocket, whose address may be written with `wss:`. */
  readonly isUpgrade: boolean;
}

/** A proof that its own key has signed, for this request, this token and now. Whether the token is bound to that key is for the caller to say. */
export interface VerifiedProof {
  readonly thumbprint: string;
  readonly jti: string;
  readonly issuedAtSeconds: number;
  readonly nonce: unknown;
}

/** Checks proofs by RFC 9449 section 4.3, except their nonce and replay. */
export class ProofVerifier {
  private readonly scratch = scratchFor(MAX_PROOF_BYTES);

  constructor(
    private readonly terms: ProofTerms,
    private readonly address: PublicAddress,
    private readonly keys: ClientKeys,
    private readonly signatures: Pick<NodeCryptoSignatureVerifier, 'verify'>,
    private readonly clock: Clock,
  ) {}

  /** @returns the proof, or a refusal `dpop_proof_invalid`; at once where its signature is checked at once. */
  verify(text: string, subject: ProofSubject): MaybeAsync<Result<VerifiedProof>> {
    if (text.length > MAX_PROOF_BYTES)
      return invalid(`the proof is longer than ${MAX_PROOF_BYTES} bytes`);
    const known = this.keys.find(subject.thumbprint);
    const proof = parseUnverifiedToken(text, this.scratch, { known: known?.header });
    if (proof instanceof Refusal)
      return invalid(`the header DPoP holds no JWT that can be a proof: ${proof.reason}`);
    const isKnown = known !== undefined && known.header.header === proof.header;
    const key = isKnown ? known.clientKey : this.keyOf(proof);
    if (typeof key === 'string') return invalid(key);
    const fault = this.faultOf(proof, subject);
    if (fault !== undefined) return invalid(fault);
    const conclude = (verified: unknown): Result<VerifiedProof> => {
      if (verified === undefined)
        return invalid('"jwk" of the proof does not verify its signature');
      if (!isKnown && key.thumbprint === subject.thumbprint) this.keys.remember(key, proof);
      return verifiedProof(proof, key);
    };
    return whenKnown(this.signatures.verify(proof, [key]), conclude);
  }

  /** The key of a proof, where its header is sound, or what is wrong with it. */
  private keyOf({ header, algorithm, type }: UnverifiedToken): ClientKey | string {
    const { algorithms } = this.terms;
    if (canonicalTokenType(type) !== 'dpop+jwt')
      return `"typ" of the proof is ${type === null ? 'absent' : 'not'}; expected: dpop+jwt`;
    if (!algorithms.has(algorithm))
      return `"alg" of the proof is not one of those accepted (${[...algorithms].join(', ')})`;
    const key = readClientKey(header['jwk']);
    if (typeof key === 'string') return `"jwk" of the proof ${key}`;
    return key.algorithms.includes(algorithmOfKey(algorithm, algorithms))
      ? key
      : '"jwk" of the proof is no key for its "alg"';
  }

  /** What is wrong with the claims of a proof. */
  private faultOf({ claims }: UnverifiedToken, subject: ProofSubject): string | undefined {
    return (
      jtiFault(claims['jti']) ??
      methodFault(claims['htm'], subject.line) ??
      this.addressFault(claims['htu'], subject) ??
      this.timeFault(claims['iat']) ??
      tokenFault(claims['ath'], subject.token)
    );
  }

  private addressFault(htu: unknown, { line, isUpgrade }: ProofSubject): string | undefined {
    if (typeof htu !== 'string') return notAString('htu', htu);
    const expected = this.address.addressOf(line.target);
    if (expected === undefined)
      return 'the address of the request has no path, or one with the segments "." or "..", so no proof can name it';
    if (htu === expected) return undefined;
    const named = readHttpAddress(isUpgrade ? htu.replace(/^ws(?=s?:)/i, 'http') : htu);
    const wanted = readHttpAddress(expected);
    if (named === undefined || wanted === undefined)
      return `"htu" of the proof is no absolute address; expected: ${expected}`;
    const differing = differingParts(wanted, named);
    if (differing.length === 0) return undefined;
    return `"htu" of the proof has another ${differing.join(', ')}; expected: ${expected}`;
  }

  private timeFault(iat: unknown): string | undefined {
    if (typeof iat !== 'number') return `"iat" of the proof is ${absentOr(iat, 'not a number')}`;
    const { maxAgeSeconds, maxFutureSeconds } = this.terms;
    const age = this.clock.now() / 1_000 - iat;
    if (age > maxAgeSeconds)
      return `the proof was made ${Math.round(age)} s ago (maxAgeSeconds: ${maxAgeSeconds})`;
    if (age < -maxFutureSeconds)
      return `"iat" of the proof lies in the future, by ${Math.round(-age)} s (maxFutureSeconds: ${maxFutureSeconds})`;
    return undefined;
  }
}

function jtiFault(jti: unknown): string | undefined {
  if (typeof jti !== 'string') return notAString('jti', jti);
  if (jti === '') return '"jti" of the proof is empty';
  if (jti.length > MAX_JTI_CHARACTERS)
    return `"jti" of the proof is longer than ${MAX_JTI_CHARACTERS} characters`;
  return undefined;
}

/** Methods are case-sensitive (RFC 9110 section 9.1). */
function methodFault(htm: unknown, { method }: RequestLine): string | undefined {
  if (typeof htm !== 'string') return notAString('htm', htm);
  return htm === method
    ? undefined
    : `"htm" of the proof is not the method of the request (${method})`;
}

function tokenFault(ath: unknown, token: string): string | undefined {
  if (typeof ath !== 'string') return notAString('ath', ath);
  return ath === hash('sha256', token, 'base64url')
    ? undefined
    : '"ath" of the proof is not the hash of the access token that came with it';
}

function notAString(claim: string, value: unknown): string {
  return `"${claim}" of the proof is ${absentOr(value, 'not a string')}`;
}

function absentOr(value: unknown, fault: string): string {
  return value === undefined ? 'absent' : fault;
}

function verifiedProof({ claims }: UnverifiedToken, { thumbprint }: ClientKey): VerifiedProof {
  const { jti, iat, nonce } = claims as {
    readonly jti: string;
    readonly iat: number;
    nonce?: unknown;
  };
  return { thumbprint, jti, issuedAtSeconds: iat, nonce };
}

function invalid(reason: string): Refusal {
  return new Refusal('dpop_proof_invalid', 'proof', reason);
}
