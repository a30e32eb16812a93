/** @import { Call } from './api.js' */

/** @param {string} text */
const shellQuoted = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

// A JSON string is one in JavaScript and, for the characters of addresses and tokens, in Python.
const quoted = JSON.stringify;

/**
 * The same call in other tools, ready to run.
 *
 * @param {Call} call
 * @returns {readonly { name: string, text: string }[]}
 */
export function snippetsOf({ url, token }) {
  const value = token === undefined ? undefined : `Bearer ${token}`;
  return [
    { name: 'curl', text: curl(url, value) },
    { name: 'fetch', text: fetching(url, value) },
    { name: 'Python requests', text: python(url, value) },
    { name: 'MCP client', text: mcp(url, value) },
  ];
}

/**
 * @param {string} url
 * @param {string | undefined} authorization
 */
function curl(url, authorization) {
  const header =
    authorization === undefined
      ? ''
      : ` \\\n  -H ${shellQuoted(`Authorization: ${authorization}`)}`;
  return `curl -i ${shellQuoted(url)}${header}`;
}

/**
 * @param {string} url
 * @param {string | undefined} authorization
 */
function fetching(url, authorization) {
  const options =
    authorization === undefined
      ? ''
      : `, {\n  headers: { Authorization: ${quoted(authorization)} },\n}`;
  return [
    `const response = await fetch(${quoted(url)}${options});`,
    `console.log(response.status, response.headers.get('WWW-Authenticate'));`,
    `console.log(await response.json());`,
  ].join('\n');
}

/**
 * @param {string} url
 * @param {string | undefined} authorization
 */
function python(url, authorization) {
  const headers =
    authorization === undefined ? '' : `\n    headers={"Authorization": ${quoted(authorization)}},`;
  return [
    'import requests',
    '',
    `response = requests.get(\n    ${quoted(url)},${headers}\n)`,
    'print(response.status_code, response.headers.get("WWW-Authenticate"))',
    'print(response.json())',
  ].join('\n');
}

/**
 * A client on the command line, which connects to the MCP endpoint beside the API with the same token.
 *
 * @param {string} url
 * @param {string | undefined} authorization
 */
function mcp(url, authorization) {
  const header =
    authorization === undefined
      ? ''
      : ` \\\n  --header ${shellQuoted(`Authorization: ${authorization}`)}`;
  const command = 'npx @modelcontextprotocol/inspector@2.12.0 --cli';
  return `${command} ${shellQuoted(new URL('/mcp', url).href)} --transport http \\\n  --method tools/list${header}`;
}
