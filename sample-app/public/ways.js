/** @import { Answer } from './api.js' */
/** @import { ClientKey } from './dpop.js' */
import { callApi, codeOf } from './api.js';
import { makeKey, proofFor } from './dpop.js';

/** @type {Promise<ClientKey> | undefined} */
let ownKey;
/** What the API gave out last, in any answer. @type {string | undefined} */
let nonce;

/** The key of this page. It is in the memory of the page, and nowhere else. */
export function keyOfThisPage() {
  return (ownKey ??= makeKey());
}

/**
 * Sends a token in one of the ways that the form offers.
 *
 * @param {string} way
 * @param {{ url: string, token: string | undefined }} call
 * @returns {Promise<Answer>}
 */
export async function sendBy(way, { url, token }) {
  if (token === undefined) return callApi({ url, token });
  switch (way) {
    case 'dpop':
      return sendWithProof(await keyOfThisPage(), { url, token });
    case 'dpop-used':
      return sendTwice({ url, token });
    case 'dpop-no-nonce':
      return sendWith(await keyOfThisPage(), { url, token, nonce: undefined });
    case 'dpop-other-key':
      return sendWithProof(await makeKey(), { url, token });
    case 'twice':
      return callApi({ url, token, authorization: `Bearer ${token}, Bearer ${token}` });
    default:
      return callApi({ url, token, authorization: `Bearer ${token}` });
  }
}

/**
 * As clients do: with the newest nonce, and once more when the API wants another one.
 *
 * @param {ClientKey} key
 * @param {{ url: string, token: string }} call
 * @returns {Promise<Answer>}
 */
async function sendWithProof(key, call) {
  const answer = await sendWith(key, { ...call, nonce });
  if (codeOf(answer) !== 'dpop_nonce_required') return answer;
  const second = await sendWith(key, { ...call, nonce });
  const story =
    'Sent twice: the API first answered 401 dpop_nonce_required, and the nonce of that answer went into a new proof.';
  return { ...second, story };
}

/**
 * @param {ClientKey} key
 * @param {{ url: string, token: string, nonce: string | undefined }} call
 */
async function sendWith(key, { url, token, nonce: shown }) {
  const proof = await proofFor(key, { url, token, nonce: shown });
  const answer = await callApi({ url, token, authorization: `DPoP ${token}`, proof });
  nonce = answer.headers.get('DPoP-Nonce') ?? nonce;
  return answer;
}

/**
 * The same request with the same proof, as a thief would send it who has seen the first one.
 *
 * @param {{ url: string, token: string }} call
 */
async function sendTwice(call) {
  const first = await sendWithProof(await keyOfThisPage(), call);
  const second = await callApi(first.call);
  const story = `Sent twice with one proof: the first answer was ${first.status}, this is the second.`;
  return { ...second, story };
}
