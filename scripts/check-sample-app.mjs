// Starts the compiled sample app, runs every curl command it prints and compares each answer with
// the one printed under it: status line, WWW-Authenticate and body, byte for byte. Then logs a token out, and
// asks both processes of the sample app what it is worth, sends a bound token with proofs that the page's own
// code makes, and calls the MCP server.
import { makeKey, proofFor } from '../sample-app/public/dpop.js';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const DEADLINE_MS = 60_000;
/** What the sample app promises to show; fewer would be a check that passes by checking nothing. */
const CALLS = 8;

const deadline = AbortSignal.timeout(DEADLINE_MS);
const sampleApp = spawn(process.execPath, ['sample-app/dist/main.js'], {
  cwd: new URL('..', import.meta.url),
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(sampleApp, 'exit');
process.once('exit', () => sampleApp.kill('SIGKILL'));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
deadline.addEventListener('abort', () => fail(`not done within ${DEADLINE_MS / 1_000} s`));

const printed = await printedLines();
const calls = readCalls(printed);
if (calls.length !== CALLS) fail(`${CALLS} calls expected, ${calls.length} printed`);
let differences = 0;
for (const call of calls) {
  const difference = differenceOf(call, await answerTo(call));
  console.log(`${difference === undefined ? 'ok  ' : 'FAIL'} ${call.title}`);
  if (difference === undefined) continue;
  console.error(difference);
  differences++;
}
if (differences > 0) fail(`${differences} of ${CALLS} answers differ from what was printed`);
const address = printed.map((line) => /^Page +(http:\S+)\//.exec(line)?.[1]).find(Boolean);
if (!printed.at(-1).endsWith(` ${address}/`))
  fail('the last line does not have the address of the page');
await checkLogout(address);
await checkDpop(address);
await checkMcp(printed.map((line) => /^MCP +(http:\S+)/.exec(line)?.[1]).find(Boolean));
await stopped();

/** What the sample app prints until it is ready. */
async function printedLines() {
  const lines = [];
  for await (const line of createInterface(sampleApp.stdout)) {
    lines.push(line);
    if (line.startsWith('Ready.')) return lines;
  }
  return fail('the sample app ended before it was ready');
}

/** A call is a title, a line that begins with "curl", and indented lines: status, challenge, body. */
function readCalls(lines) {
  return lines.flatMap((command, index) => {
    if (!command.startsWith('curl ')) return [];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((line) => !line.startsWith('    '));
    const answer = rest.slice(0, end === -1 ? rest.length : end).map((line) => line.slice(4));
    return [
      {
        title: lines[index - 1],
        command,
        status: answer.at(0),
        challenge: answer.slice(1, -1).join('\n'),
        body: answer.at(-1),
      },
    ];
  });
}

async function answerTo({ command }) {
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], {
    // A proxy of this machine's is not what is to be checked.
    env: { ...process.env, NO_PROXY: '*', no_proxy: '*' },
    signal: deadline,
  });
  const [head, ...body] = stdout.split('\r\n\r\n');
  const [status, ...headers] = head.split('\r\n');
  const challenges = headers.filter((line) => /^www-authenticate:/i.test(line));
  return { status, challenge: challenges.join('\n'), body: body.join('\r\n\r\n') };
}

function differenceOf(expected, actual) {
  const wrong = ['status', 'challenge', 'body'].filter((part) => expected[part] !== actual[part]);
  if (wrong.length === 0) return undefined;
  return wrong
    .map(
      (part) => `     ${part} printed:  ${expected[part]}\n     ${part} answered: ${actual[part]}`,
    )
    .join('\n');
}

/** The button “Log out everywhere” of the page: what one process is told, both know. */
async function checkLogout(page) {
  const { token } = await askConsole(page, 'tokens', { issuer: 'es256', shape: 'valid' });
  const { status, second } = await askConsole(page, 'logout', { token });
  if (status !== 200) fail(`the logout token was answered with ${status}`);
  for (const process of [page, second])
    for (let tries = 20; ; tries--) {
      const response = await fetch(`${process}/notes`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const { code } = await response.json();
      if (code === 'token_revoked') break;
      if (tries === 0) fail(`logged out, and ${process} answers ${response.status} ${code ?? ''}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  console.log('ok   a logout ends the same token in both processes');
}

/** A token that is bound to a key: good with a new proof and the nonce of the API, and in no other way. */
async function checkDpop(page) {
  const url = `${page}/notes`;
  const key = await makeKey();
  const { token } = await askConsole(page, 'tokens', {
    ...{ issuer: 'es256', shape: 'bound', thumbprint: key.thumbprint },
  });
  const send = async (authorization, proof) => {
    const response = await fetch(url, {
      headers: { authorization, ...(proof && { dpop: proof }) },
    });
    const { code = '' } = await response.json();
    return { said: `${response.status} ${code}`.trim(), nonce: response.headers.get('dpop-nonce') };
  };
  const first = await send(`DPoP ${token}`, await proofFor(key, { url, token }));
  const proof = await proofFor(key, { url, token, nonce: first.nonce });
  const others = [
    await send(`DPoP ${token}`, proof),
    await send(`DPoP ${token}`, proof),
    await send(`Bearer ${token}`),
  ];
  const said = [first, ...others].map((one) => one.said).join(', ');
  const expected =
    '401 dpop_nonce_required, 200, 401 dpop_proof_invalid, 401 token_binding_invalid';
  if (said !== expected) fail(`a bound token: ${said}, and not ${expected}`);
  console.log('ok   a bound token is good with a new proof, and in no other way');
}

/** A client of MCP with a token of the page calls both tools. */
async function checkMcp(endpoint) {
  const { token } = await askConsole(new URL(endpoint).origin, 'tokens', {
    issuer: 'oidc',
    shape: 'valid',
  });
  const client = new Client({ name: 'check-sample-app', version: '1.0.0' });
  const headers = { authorization: `Bearer ${token}` };
  await client.connect(
    new StreamableHTTPClientTransport(new URL(endpoint), { requestInit: { headers } }),
  );
  const { tools } = await client.listTools();
  for (const { name } of tools) {
    const { isError, content } = await client.callTool({ name, arguments: {} });
    if (isError === true) fail(`the tool ${name} answers ${JSON.stringify(content)}`);
  }
  if (tools.length !== 2) fail(`2 tools expected, ${tools.length} listed`);
  await client.close();
  console.log('ok   a client of MCP calls both tools');
}

async function askConsole(page, path, body) {
  const response = await fetch(`${page}/console/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** It must also end by itself when asked to. */
async function stopped() {
  sampleApp.kill('SIGTERM');
  const [code, signal] = await ended;
  if (code !== 0) fail(`asked to stop, the sample app ended with ${code ?? signal}`);
  process.exit(0);
}

function fail(message) {
  console.error(`check-sample-app: ${message}`);
  process.exit(1);
}
