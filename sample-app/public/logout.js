/** @import { Answer } from './api.js' */
import { askConsole } from './api.js';
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
  return `This process: ${inWords(here.status, here.body)}. The second process: ${there}.`;
}

/**
 * The second process is told by way of the store, most often before this question comes.
 *
 * @param {string} second
 * @param {string} token
 */
async function askSecond(second, token) {
  for (let tries = 10; ; tries--) {
    const response = await fetch(`${second}/notes`, {
      headers: { Authorization: `Bearer ${token}` },
      cache: 'no-store',
      credentials: 'omit',
    });
    const body = await response.text();
    if (!response.ok || tries === 0) return inWords(response.status, body);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * @param {number} status
 * @param {string} body
 */
function inWords(status, body) {
  const { code } = JSON.parse(body);
  return code === undefined ? String(status) : `${status} ${code}`;
}
