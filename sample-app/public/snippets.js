/** @import { Call } from './api.js' */
import { credentialsOf } from './api.js';

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
export function snippetsOf(call) {
  const { url } = call;
  const headers = credentialsOf(call);
  return [
    { name: 'curl', text: curl(url, headers) },
    { name: 'fetch', text: fetching(url, headers) },
    { name: 'Python requests', text: python(url, headers) },
    // A proof for this request is none for the many that this client sends.
    ...(call.proof ? [] : [{ name: 'MCP client', text: mcp(url, headers) }]),
  ];
}

/** @typedef {readonly [name: string, value: string][]} Headers */

/**
 * @param {string} url
 * @param {Headers} headers
 */
function curl(url, headers) {
  return `curl -i ${shellQuoted(url)}${options('-H', headers)}`;
}

/**
 * @param {string} option
 * @param {Headers} headers
 */
function options(option, headers) {
  return headers
    .map(([name, value]) => ` \\\n  ${option} ${shellQuoted(`${name}: ${value}`)}`)
    .join('');
}

/**
 * @param {string} url
 * @param {Headers} headers
 */
function fetching(url, headers) {
  const members = headers.map(([name, value]) => `    ${name}: ${quoted(value)},\n`).join('');
  const init = members && `, {\n  headers: {\n${members}  },\n}`;
  return [
    `const response = await fetch(${quoted(url)}${init});`,
    `console.log(response.status, response.headers.get('WWW-Authenticate'));`,
    `console.log(await response.json());`,
  ].join('\n');
}

/**
 * @param {string} url
 * @param {Headers} headers
 */
function python(url, headers) {
  const members = headers.map(([name, value]) => `        "${name}": ${quoted(value)},\n`).join('');
  const named = members && `\n    headers={\n${members}    },`;
  return [
    'import requests',
    '',
    `response = requests.get(\n    ${quoted(url)},${named}\n)`,
    'print(response.status_code, response.headers.get("WWW-Authenticate"))',
    'print(response.json())',
  ].join('\n');
}

/**
 * A client on the command line, which connects to the MCP endpoint beside the API with the same token.
 *
 * @param {string} url
 * @param {Headers} headers
 */
function mcp(url, headers) {
  const command = 'npx @modelcontextprotocol/inspector@2.12.0 --cli';
  const server = shellQuoted(new URL('/mcp', url).href);
  return `${command} ${server} --transport http \\\n  --method tools/list${options('--header', headers)}`;
}
