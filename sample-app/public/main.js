/** @import { Answer } from './api.js' */
import { showAnswer } from './answer.js';
import { API, shapeToken } from './api.js';
import { chosen, keepChoicesTogether } from './choices.js';
import { showCopies } from './copies.js';
import { byId, onPress, report } from './dom.js';
import { showIssuers, showThatIssuersAreNotKnown } from './issuers.js';
import { beginLogin, finishLogin } from './login.js';
import { logOutEverywhere } from './logout.js';
import { showNumbers, tick } from './numbers.js';
import { tokenIn } from './own-token.js';
import { inShort } from './verdict.js';
import { keyOfThisPage, sendBy } from './ways.js';

const callState = byId('call-state', HTMLElement);
const loginState = byId('login-state', HTMLElement);
const logoutState = byId('logout-state', HTMLElement);
const callAsMe = byId('call-as-me', HTMLButtonElement);

/** What was sent last; `undefined`: no token. @type {string | undefined} */
let lastToken;
/** Of the user whose login ended here; in memory and nowhere else. @type {string | undefined} */
let myToken;

byId('call', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
keepChoicesTogether();
onPress(button('send'), callState, async () => inShort(await sendNew()));
onPress(button('again'), callState, async () => inShort(await send(lastToken)));
onPress(button('send-own'), byId('own-state', HTMLElement), async () =>
  inShort(await send(tokenIn(byId('own', HTMLTextAreaElement).value))),
);
onPress(callAsMe, loginState, async () => inShort(await send(myToken, 'bearer')));
onPress(button('login'), loginState, () =>
  beginLogin().then(() => 'To the authorization server …', loginFailure),
);
onPress(button('logout'), logoutState, () =>
  logOutEverywhere(lastToken, () => send(lastToken, 'bearer')),
);

const live = new EventSource('/console/live');
live.addEventListener('message', ({ data }) => {
  const { numbers, issuers } = JSON.parse(data);
  showNumbers(numbers);
  showIssuers(issuers);
});
live.addEventListener('error', showThatIssuersAreNotKnown);
setInterval(tick, 1_000);

try {
  await start();
} catch (error) {
  report(`The first call failed: ${/** @type {Error} */ (error).message}`);
}

/** The page shows an answer at once: with the token of a login that ends here, if any. */
async function start() {
  const login = await finishLogin().catch(
    (error) => void (loginState.textContent = loginFailure(error)),
  );
  if (!login) return void (await sendNew());
  myToken = login.token;
  callAsMe.disabled = false;
  await send(myToken);
  loginState.textContent = `Logged in as ${login.subject}. The answer is to a call with your token.`;
}

async function sendNew() {
  const { issuer, shape } = chosen();
  if (shape === 'none') return send(undefined);
  const { thumbprint } = await keyOfThisPage();
  return send(await shapeToken({ issuer, shape, ...(shape === 'bound' && { thumbprint }) }));
}

/**
 * @param {string | undefined} token
 * @param {string} [way] absent: the chosen one
 * @returns {Promise<Answer>}
 */
async function send(token, way = chosen().way) {
  lastToken = token;
  // What they say is about an answer that is shown no longer.
  for (const id of ['call-state', 'own-state']) byId(id, HTMLElement).textContent = '';
  const answer = await sendBy(way, { url: API + chosen().route, token });
  await showAnswer(answer);
  showCopies(answer.call);
  return answer;
}

/** @param {Error} error */
function loginFailure({ message }) {
  return `The login failed: ${message}`;
}

/** @param {string} id */
function button(id) {
  return byId(id, HTMLButtonElement);
}
