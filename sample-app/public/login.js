// The authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636) as a public client in a
// browser does it. Written out to be read; a real application takes a library, such as oauth4webapi.
import { askConsole } from './api.js';
import { base64url, sha256 } from './base64url.js';
import { decodeJwt } from './jwt.js';

/** What has to outlive the way to the authorization server and back; no token is ever kept there. */
const MEMORY = 'login-under-way';

/** Leaves the page for the authorization server. */
export async function beginLogin() {
  const { issuer, clientId, resource, scope } = await askConsole('login');
  const { authorization_endpoint: endpoint } = await metadataOf(issuer);
  const login = { verifier: randomText(), state: randomText(), nonce: randomText() };
  sessionStorage.setItem(MEMORY, JSON.stringify(login));
  const url = new URL(endpoint);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri(),
    ...{ scope, resource, state: login.state, nonce: login.nonce },
    code_challenge: await sha256(login.verifier),
    code_challenge_method: 'S256',
  }).toString();
  location.assign(url);
}

/**
 * Ends a login that has led back to this page.
 *
 * @returns {Promise<{ token: string, subject: string } | undefined>} `undefined`: the page was simply
 *   opened.
 */
export async function finishLogin() {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state')) return undefined;
  const remembered = sessionStorage.getItem(MEMORY);
  sessionStorage.removeItem(MEMORY);
  // A code is good for one use; it must not stay in the address, nor in the history.
  history.replaceState(undefined, '', location.pathname);
  if (remembered === null) throw new Error('no login is under way');
  const { verifier, state, nonce } = JSON.parse(remembered);
  const { issuer, clientId, resource } = await askConsole('login');
  if (answer.get('state') !== state) throw new Error('the answer belongs to another login (state)');
  // RFC 9207: an answer of another authorization server is not for this one.
  if (answer.get('iss') !== issuer) throw new Error('the answer comes from elsewhere (iss)');
  const code = answer.get('code');
  if (code === null) throw new Error(answer.get('error') ?? 'there is no code in the answer');
  const { token_endpoint: endpoint } = await metadataOf(issuer);
  const response = await fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirectUri(),
      code_verifier: verifier,
      ...{ code, resource },
    }),
  });
  if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`);
  const { access_token: token, id_token: idToken } = await response.json();
  return { token, subject: subjectOf(idToken, { issuer, clientId, nonce }) };
}

/**
 * Who has logged in. The ID token came from the token endpoint itself, so its signature need not be
 * checked (OpenID Connect Core section 3.1.3.7, 6); what it says must be.
 *
 * @param {string} idToken
 * @param {{ issuer: string, clientId: string, nonce: string }} expected
 * @returns {string}
 */
function subjectOf(idToken, { issuer, clientId, nonce }) {
  const claims = decodeJwt(idToken)?.payload;
  if (claims === undefined) throw new Error('the ID token is no JWT');
  if (claims.iss !== issuer) throw new Error('the ID token is another issuer’s');
  if (claims.aud !== clientId) throw new Error('the ID token is for another client');
  if (claims.nonce !== nonce) throw new Error('the ID token belongs to another login (nonce)');
  if (Number(claims.exp) * 1_000 <= Date.now()) throw new Error('the ID token has expired');
  return String(claims.sub);
}

/** @param {string} issuer */
async function metadataOf(issuer) {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`oidc-provider answered ${response.status}`);
  const metadata = await response.json();
  if (metadata.issuer !== issuer) throw new Error('the metadata is another issuer’s');
  return metadata;
}

function redirectUri() {
  return `${location.origin}/`;
}

/** 256 bits that cannot be guessed. */
function randomText() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}
