// A key that only this page can use, and proofs made with it (RFC 9449), by WebCrypto. Written out to be read; a
// real application uses a library, such as panva's `dpop`.
import { base64url, base64urlOfText, sha256 } from './base64url.js';

/**
 * @typedef {object} ClientKey
 * @property {CryptoKey} privateKey which can sign, and can't be exported
 * @property {object} jwk the public key, which every proof carries
 * @property {string} thumbprint what a token says that is bound to it: `cnf.jkt`
 */

/**
 * Makes a new key pair.
 *
 * @returns {Promise<ClientKey>}
 */
export async function makeKey() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  );
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
  // These members, in this order (RFC 7638 section 3.2).
  const jwk = { crv, kty, x, y };
  return { privateKey, jwk, thumbprint: await sha256(JSON.stringify(jwk)) };
}

/**
 * A proof for one GET request (RFC 9449 section 4.2), the value of its header `DPoP`.
 *
 * @param {ClientKey} key
 * @param {{ url: string, token: string, nonce?: string | undefined }} request the nonce is the one that the API
 *   gave out last
 * @returns {Promise<string>}
 */
export async function proofFor({ privateKey, jwk }, { url, token, nonce }) {
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk };
  const payload = {
    jti: crypto.randomUUID(),
    htm: 'GET',
    htu: url,
    iat: Math.floor(Date.now() / 1_000),
    ath: await sha256(token),
    nonce,
  };
  const input = [header, payload].map((part) => base64urlOfText(JSON.stringify(part))).join('.');
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    privateKey,
    new TextEncoder().encode(input),
  );
  return `${input}.${base64url(new Uint8Array(signature))}`;
}
