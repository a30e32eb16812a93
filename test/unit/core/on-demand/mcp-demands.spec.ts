import { describe, expect, it } from '@jest/globals';
import type { RoutePolicy } from '../../../../src/core/authorization/route-policy.js';
import type { Requirement } from '../../../../src/core/authorization/requirement.js';
import { McpDemands } from '../../../../src/core/on-demand/mcp/mcp-demands.js';
import type { McpOperation } from '../../../../src/core/on-demand/mcp/mcp-operations.js';

const scopes = (...names: string[]): Requirement => ({ kind: 'scopes', match: 'all', names });
const operation = (
  kind: McpOperation['kind'],
  name: string,
  ...requirements: Requirement[]
): McpOperation => ({
  ...{ kind, name, transport: undefined, policy: { mode: undefined, requirements } },
  needsCaller: requirements.length > 0,
});

const ROUTE: RoutePolicy = { mode: 'optional', requirements: [scopes('base')] };
const demands = new McpDemands([
  operation('tool', 'write', scopes('write')),
  operation('tool', 'open'),
  operation('tool', 'twice', scopes('a')),
  operation('tool', 'twice', scopes('b')),
  operation('prompt', 'write', scopes('prompt')),
  operation('resource', 'notes://all', scopes('read')),
]);

const scopesOf = ({ requirements }: RoutePolicy): readonly string[] =>
  requirements.flatMap((one) => (one.kind === 'scopes' ? one.names : []));

describe('What a request to an MCP endpoint is held against', () => {
  it.each<[object, string[]]>([
    [{ body: { method: 'tools/call', params: { name: 'write' } } }, ['base', 'write']],
    [{ body: { method: 'prompts/get', params: { name: 'write' } } }, ['base', 'prompt']],
    [{ body: { method: 'resources/read', params: { uri: 'notes://all' } } }, ['base', 'read']],
    // Where nothing has read the body: the headers of revision 2026-07-28.
    [{ headers: { 'mcp-method': 'tools/call', 'mcp-name': 'write' } }, ['base', 'write']],
    [{ headers: { 'mcp-method': 'resources/read', 'mcp-name': 'notes://all' } }, ['base', 'read']],
    // The body says what will run.
    [
      {
        headers: { 'mcp-method': 'tools/call', 'mcp-name': 'open' },
        body: { method: 'tools/call', params: { name: 'write' } },
      },
      ['base', 'write'],
    ],
  ])('%j: %j', (request, expected) => {
    const policy = demands.policyOf(ROUTE, { headers: {}, ...request });
    expect(policy.mode).toBe('protected');
    expect(scopesOf(policy)).toEqual(expected);
  });

  it.each<[object]>([
    [{ body: { method: 'tools/call', params: { name: 'open' } } }],
    [{ body: { method: 'tools/call', params: { name: 'twice' } } }],
    [{ body: { method: 'tools/call', params: { name: 'unknown' } } }],
    [{ body: { method: 'tools/list' } }],
    [{ body: [{ method: 'tools/call', params: { name: 'write' } }] }],
    [{}],
    [{ body: undefined }],
    [{ body: 'tools/call' }],
    [{ body: Object.create(null) }],
    [{ body: { method: ['tools/call'], params: { name: 'write' } } }],
    [{ body: { method: 'tools/call', params: null } }],
    [{ body: { method: 'tools/call', params: 'write' } }],
    [{ body: { method: 'tools/call', params: { name: ['write'] } } }],
    [{ body: { method: 'tools/call', params: { name: { toString: 'write' } } } }],
    [{ body: { method: 'tools/call', params: { name: '__proto__' } } }],
    [{ headers: { 'mcp-method': 'tools/call' } }],
    [{ headers: { 'mcp-method': 'tools/call', 'mcp-name': ['write'] } }],
    [{ headers: { 'mcp-method': '__proto__', 'mcp-name': 'write' } }],
  ])('%j: what the route says', (request) => {
    expect(demands.policyOf(ROUTE, { headers: {}, ...request })).toBe(ROUTE);
  });
});
