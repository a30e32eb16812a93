/**
 * @typedef {object} Call
 * @property {string} url
 * @property {string | undefined} token
 *
 * @typedef {object} Trace what the server's observer was told of one request
 * @property {'admitted' | 'refused' | 'open'} outcome
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
 */

/**
 * A call as any client would make it.
 *
 * @param {Call} call
 * @returns {Promise<Answer>}
 */
export async function callApi(call) {
  const { url, token } = call;
  const headers = new Headers({ Accept: 'application/json' });
  if (token !== undefined) headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(url, { headers, cache: 'no-store', credentials: 'omit' });
  const { status, statusText } = response;
  const body = await response.text();
  const id = response.headers.get('X-Request-Id') ?? '';
  const trace = await askConsole(`traces/${encodeURIComponent(id)}`);
  return { call, status, statusText, headers: response.headers, body, trace };
}

/**
 * Has a token made. Only this sample can do that.
 *
 * @param {string} issuer
 * @param {string} shape
 * @returns {Promise<string>}
 */
export async function shapeToken(issuer, shape) {
  return (await askConsole('tokens', { issuer, shape })).token;
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
