import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

function foldersOf(path: string): string[] {
  return readdirSync(new URL(path, ROOT), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** In the order of a request; what no request passes comes last. Another one needs a reason here. */
const FOLDERS_OF_CORE = {
  guard: 'the guard, and the way of a request through all the others',
  calls: 'what a guarded call is, and the credentials in it',
  authorization: 'what routes demand',
  issuers: 'the trust list',
  jwt: 'tokens that are JWTs, and the memory of verified ones',
  jose: 'keys, algorithms and encodings, as pure functions',
  keys: 'where verification keys come from',
  passport: 'one way to verify a signature',
  introspection: 'the other way to an authenticated token',
  dpop: 'proof of possession by a key',
  mtls: 'proof of possession by a certificate',
  identity: 'who is calling',
  revocation: 'tokens that no longer count',
  refusals: 'how a call ends that is not let through',
  observability: 'what observers are told',
  enforcement: 'sees at start and behind the guards that what is written is what runs',
  'on-demand': 'what only some configurations load',
  util: 'at most six files that know nothing of tokens',
} as const;

/** Each is loaded by one option, or by the first call or handler of its kind. */
const FOLDERS_ON_DEMAND = {
  audit: 'with audit',
  'error-reference': 'with errorReference',
  mcp: 'with the first tool, resource or prompt of MCP-Nest',
  microservices: 'with the first refusal of a message: RpcException is in an optional package',
  'resource-metadata': 'with resourceMetadata',
  'security-events': 'with backChannelLogout or sharedSignals',
  websockets: 'with the first refusal of a gateway: WsException is in an optional package',
} as const;

describe('The layout of src/', () => {
  const { exports } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    exports: Readonly<Record<string, unknown>>;
  };
  const subpaths = Object.keys(exports)
    .filter((path) => path !== '.' && path !== './package.json')
    .map((path) => path.slice(2));

  it('has one folder for each subpath of the package, and nothing else but core, config and the command line', () => {
    const entries = new Set(subpaths.map((path) => path.split('/')[0] ?? ''));
    expect(foldersOf('src').toSorted()).toEqual([...entries, 'cli', 'config', 'core'].toSorted());
  });

  it('has in core/ the folders that are listed here, each with a reason', () => {
    expect(foldersOf('src/core').toSorted()).toEqual(Object.keys(FOLDERS_OF_CORE).toSorted());
    expect(foldersOf('src/core/on-demand').toSorted()).toEqual(Object.keys(FOLDERS_ON_DEMAND));
    expect(readdirSync(new URL('src/core/util', ROOT)).length).toBeLessThanOrEqual(6);
  });

  it('is that of the unit tests', () => {
    const folders = new Set(foldersOf('src'));
    for (const folder of foldersOf('test/unit')) expect(folders).toContain(folder);
    const core = new Set(foldersOf('src/core'));
    for (const folder of foldersOf('test/unit/core')) expect(core).toContain(folder);
  });
});
