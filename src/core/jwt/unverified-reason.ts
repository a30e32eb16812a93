import type { UnverifiedToken } from './unverified-token.js';

/** Bytes of a signature, whatever the key: RFC 7518 section 3, RFC 8032 sections 5.1.6 and 5.2.6. */
const SIGNATURE_BYTES: Readonly<Record<string, number>> = {
  ...{ ES256: 64, ES384: 96, ES512: 132 },
  ...{ Ed25519: 64, Ed448: 114, HS256: 32, HS384: 48, HS512: 64 },
};

/** Up to this length, text of letters alone is no signature: chance would not produce it. */
const WORDS = /^(?=.{1,40}$)[A-Za-z]+(?:[_-][A-Za-z]+)*$/;

/**
 * A sign that a token can't be verified here, whatever issuer and keys are configured; `undefined` when it
 * has none. Called only for refused tokens.
 */
export function markOf({ header, ...rest }: UnverifiedToken): string | undefined {
  const signature = signatureOf(rest);
  if (signature === 'SIGNATURE_REMOVED_BY_GOOGLE')
    return 'the signature was removed (SIGNATURE_REMOVED_BY_GOOGLE), as in logs of Google Cloud: a token from there cannot be used';
  if (WORDS.test(signature))
    return 'there are words or signs in place of the signature, as in a log from which it was removed';
  if ('nonce' in header)
    return 'the header has a "nonce", as tokens for Microsoft Graph do, which Graph alone can verify: the client must ask for a scope of this API';
  return undefined;
}

/** Why a signature does not verify, with a hint when something other than the key explains it. */
export function unverifiedReason(token: UnverifiedToken): string {
  const hint = markOf(token) ?? lengthHint(token);
  return `the signature does not verify${hint === undefined ? '' : `: ${hint}`}`;
}

function lengthHint(token: UnverifiedToken): string | undefined {
  const bytes = Math.floor((signatureOf(token).length * 3) / 4);
  const expected = SIGNATURE_BYTES[token.algorithm];
  if (expected === undefined || bytes === expected) return undefined;
  return `it has ${bytes} bytes, and one of ${token.algorithm} has ${expected}. Was the token cut, or the signature written as DER?`;
}

function signatureOf({ token }: Pick<UnverifiedToken, 'token'>): string {
  return token.slice(token.lastIndexOf('.') + 1);
}
