/** @import { Answer } from './api.js' */
import { askConsole, callApi, codeOf } from './api.js';
import { decodeJwt } from './jwt.js';

/**
 * Has the issuer of a token report its logout to one process, and asks both what the token is worth now.
 *
 * @param {string | undefined} token
 * @param {() => Promise<Answer>} sendAgain sends it to the process that serves this page
 * @returns {Promise<string>} what came of it
 */
export async function logOutEverywhere(token, sendAgain) {
  const claims = decodeJwt(token)?.payload;
  if (claims?.['iss'] === undefined)
    return 'There is no user to log out. Send a JWT of a trusted issuer first.';
  // Its key would have to be proven, to a process that checks no proofs.
  if (claims['cnf'] !== undefined)
    return 'The second process knows no DPoP. Send a token first that is not bound to a key.';
  const { status, second } = await askConsole('logout', { token });
  if (status !== 200) return `The API did not take the logout token: it answered ${status}.`;
  const here = await sendAgain();
  const there = await askSecond(second, String(token));
  return `This process: ${inWords(here)}. The second process: ${inWords(there)}.`;
}

/**
 * The second process is told by way of the store, most often before this question comes.
 *
 * @param {string} second
 * @param {string} token
 */
async function askSecond(second, token) {
  const call = { url: `${second}/notes`, token, authorization: `Bearer ${token}` };
  for (let tries = 10; ; tries--) {
    const answer = await callApi(call);
    if (answer.status >= 400 || tries === 0) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {Answer} answer */
function inWords(answer) {
  const code = codeOf(answer);
  return code === undefined ? String(answer.status) : `${answer.status} ${code}`;
}
