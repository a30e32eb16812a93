// Clients on the command line, and those of Python.
import { execFile } from 'node:child_process';

const PYTHON = process.env.PYTHON ?? '/usr/bin/python3';

/** What a command said, and how it ended. */
function execute(command, args) {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 120_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

const curl =
  (...flags) =>
  async (url, token, method) => {
    const args = [
      '-sS',
      '-D',
      '-',
      '-X',
      method,
      '-H',
      `Authorization: Bearer ${token}`,
      ...flags,
      url,
    ];
    const { code, stdout } = await execute('curl', args);
    return { outcome: `exit ${code}`, ...headOf(stdout) };
  };

async function wget(url, token, method) {
  const args = [
    '-O',
    '-',
    '--server-response',
    '--method',
    method,
    '--header',
    `Authorization: Bearer ${token}`,
    url,
  ];
  const { code, stderr } = await execute('wget', args);
  return { outcome: `exit ${code}`, ...headOf(stderr.replaceAll(/^ {2}/gm, '')) };
}

/** The last answer of all that were printed. */
function headOf(text) {
  const status = [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].at(-1)?.[1];
  const challenge = [...text.matchAll(/^www-authenticate: (.*?)\r?$/gim)].at(-1)?.[1];
  return { status: Number(status), challenge: challenge ?? null };
}

/** @param call an expression of `url`, `method` and `headers` that gives an answer. */
const python =
  (imports, call, status = 'status_code') =>
  async (url, token, method) => {
    const code = `
import json, sys
${imports}
url, token, method = sys.argv[1:]
headers = {'Authorization': 'Bearer ' + token}
try:
    answer = ${call}
    print(json.dumps(['returned', answer.${status}, answer.headers.get('www-authenticate')]))
except Exception as error:
    print(json.dumps(['throws \`' + type(error).__name__ + '\`', None, None]))
`;
    const { stdout, stderr } = await execute(PYTHON, ['-c', code, url, token, method]);
    if (stdout === '') throw new Error(stderr);
    const [outcome, answered, challenge] = JSON.parse(stdout);
    return { outcome, status: answered, challenge };
  };

const mounted = (retries) => `import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry
session = requests.Session()
session.mount('http://', HTTPAdapter(max_retries=${retries}))`;
const SESSION = 'session.request(method, url, headers=headers)';

/** `python -c` says a version; `undefined` where there is none. */
async function versionOf(command, args, pattern) {
  const { stdout, stderr } = await execute(command, args);
  return pattern.exec(stdout + stderr)?.[1];
}

const versionOfModule = (name) => () =>
  versionOf(PYTHON, ['-c', `import ${name}; print(${name}.__version__)`], /^([\d.]+)$/m);

const CURL = () => versionOf('curl', ['--version'], /^curl ([\d.]+)/);

/** [the name in the table, how its version is found, the call, where the challenge is] */
export const COMMANDS = [
  ['curl', CURL, curl(), '`-i`'],
  ['curl `-f`', CURL, curl('-f'), '`-i`'],
  ['curl `--retry 3`', CURL, curl('--retry', '3'), '`-i`'],
  [
    'wget',
    () => versionOf('wget', ['--version'], /^GNU Wget ([\d.]+)/),
    wget,
    '`--server-response`',
  ],
  [
    'Python requests',
    versionOfModule('requests'),
    python('import requests', 'requests.request(method, url, headers=headers)'),
    "`response.headers['www-authenticate']`",
  ],
  [
    'requests, `HTTPAdapter(max_retries=3)`',
    versionOfModule('requests'),
    python(mounted('3'), SESSION),
    'as requests',
  ],
  [
    'requests, `Retry(3, status_forcelist=[503])`',
    versionOfModule('requests'),
    python(mounted('Retry(3, status_forcelist=[503])'), SESSION),
    'as requests',
  ],
  [
    'requests, `Retry(3, allowed_methods=None)`',
    versionOfModule('requests'),
    python(mounted('Retry(3, allowed_methods=None)'), SESSION),
    'as requests',
  ],
  [
    'urllib3 `PoolManager`',
    versionOfModule('urllib3'),
    python(
      'import urllib3',
      'urllib3.PoolManager().request(method, url, headers=headers)',
      'status',
    ),
    '`response.headers`',
  ],
  [
    'httpx',
    versionOfModule('httpx'),
    python('import httpx', 'httpx.request(method, url, headers=headers)'),
    '`response.headers`',
  ],
];
