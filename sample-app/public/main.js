/** @import { Answer } from './api.js' */
import { showAnswer } from './answer.js';
import { callApi, shapeToken } from './api.js';
import { showCopies } from './copies.js';
import { byId, onPress, report } from './dom.js';
import { showIssuers } from './issuers.js';
import { beginLogin, finishLogin } from './login.js';
import { logOutEverywhere } from './logout.js';
import { showNumbers, tick } from './numbers.js';

const form = byId('call', HTMLFormElement);
const loginState = byId('login-state', HTMLElement);
const callAsMe = byId('call-as-me', HTMLButtonElement);

/** What was sent last; `undefined`: no token. @type {string | undefined} */
let lastToken;
/** Whose login ended here; in memory and nowhere else. @type {string | undefined} */
let myToken;

form.addEventListener('submit', (event) => event.preventDefault());
onPress(byId('send', HTMLButtonElement), sendNew);
onPress(byId('again', HTMLButtonElement), async () => void (await send(lastToken)));
onPress(callAsMe, async () => void (await send(myToken)));
onPress(byId('logout', HTMLButtonElement), logOut);
onPress(byId('login', HTMLButtonElement), () => beginLogin().catch(showLoginFailure));

const live = new EventSource('/console/live');
live.addEventListener('message', ({ data }) => {
  const { numbers, issuers } = JSON.parse(data);
  showNumbers(numbers);
  showIssuers(issuers);
});
setInterval(tick, 1_000);

try {
  await start();
} catch (error) {
  report(`The first call failed: ${/** @type {Error} */ (error).message}`);
}

/** The first answer stands there without a press: with the token of a login that ends here, if any. */
async function start() {
  const login = await finishLogin().catch(showLoginFailure);
  if (!login) return sendNew();
  myToken = login.token;
  callAsMe.disabled = false;
  await send(myToken);
  loginState.textContent = `Logged in as ${login.subject}. The answer is to a call with your token.`;
}

async function sendNew() {
  const chosen = new FormData(form);
  const shape = String(chosen.get('shape'));
  const issuer = String(chosen.get('issuer'));
  await send(shape === 'none' ? undefined : await shapeToken(issuer, shape));
}

/**
 * @param {string | undefined} token
 * @returns {Promise<Answer>}
 */
async function send(token) {
  lastToken = token;
  const route = String(new FormData(form).get('route'));
  const answer = await callApi({ url: location.origin + route, token });
  await showAnswer(answer);
  showCopies(answer.call);
  return answer;
}

async function logOut() {
  const token = lastToken;
  const state = byId('logout-state', HTMLElement);
  const outcome = token && (await logOutEverywhere(token, () => send(token)));
  state.textContent =
    outcome || 'There is no user to log out. Send a token of a trusted issuer first.';
}

/** @param {Error} error */
function showLoginFailure({ message }) {
  loginState.textContent = `The login failed: ${message}`;
}
