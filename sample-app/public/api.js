/**
 * @typedef {object} Call
 * @property {string} url
 * @property {string | undefined} token
 * @property {string} [authorization] the header; absent: none
 * @property {string} [proof] the header `DPoP`; absent: none
 *
 * @typedef {object} Trace what the server's observer was told of one request
 * @property {'admitted' | 'refused' | 'open' | 'unknown'} outcome `unknown`: the request never got to the API
 * @property {boolean} remembered
 * @property {'fetched' | 'not available'} [keys]
 * @property {number} [durationMs]
 * @property {string} [code]
 * @property {string} [step]
 * @property {string} [reason]
 *
 * @typedef {object} Answer
 * @property {Call} call
 * @property {number} status
 * @property {string} statusText
 * @property {Headers} headers
 * @property {string} body
 * @property {Trace} trace
 * @property {string} [story] what came before it, where one press was several requests
 */

/** Where the API is, by the name that its configuration knows: proofs must name it so. */
export const API = `http://127.0.0.1:${location.port}`;

/**
 * A call as any client would make it.
 *
 * @param {Call} call
 * @returns {Promise<Answer>}
 */
export async function callApi(call) {
  const headers = new Headers([['Accept', 'application/json'], ...credentialsOf(call)]);
  const response = await fetch(call.url, { headers, cache: 'no-store', credentials: 'omit' });
  const { status, statusText } = response;
  const body = await response.text();
  return {
    call,
    status,
    statusText,
    headers: response.headers,
    body,
    trace: await traceOf(response),
  };
}

/**
 * The headers of a call that say who is calling.
 *
 * @param {Call} call
 * @returns {[name: string, value: string][]}
 */
export function credentialsOf({ authorization, proof }) {
  return [
    .../** @type {[string, string][]} */ (authorization ? [['Authorization', authorization]] : []),
    .../** @type {[string, string][]} */ (proof ? [['DPoP', proof]] : []),
  ];
}

/**
 * The code that a client reads; `undefined` for a good answer.
 *
 * @param {Pick<Answer, 'body'>} answer
 * @returns {string | undefined}
 */
export function codeOf({ body }) {
  try {
    return JSON.parse(body).code;
  } catch {
    return undefined;
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Trace>}
 */
async function traceOf({ headers }) {
  const id = headers.get('X-Request-Id');
  if (id === null) return { outcome: 'unknown', remembered: false };
  return askConsole(`traces/${encodeURIComponent(id)}`);
}

/**
 * Has a token made. Only this sample can do that.
 *
 * @param {{ issuer: string, shape: string, thumbprint?: string }} wanted
 * @returns {Promise<string>}
 */
export async function shapeToken(wanted) {
  return (await askConsole('tokens', wanted)).token;
}

/**
 * The page's own support, beside the API.
 *
 * @param {string} path
 * @param {object} [body] what to post; absent: a GET
 */
export async function askConsole(path, body) {
  const response = await fetch(`/console/${path}`, {
    ...(body && {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  if (!response.ok) throw new Error(`/console/${path} answered ${response.status}`);
  return response.json();
}
