import { checkRequirements, type DemandRules } from '../../authorization/check-requirements.js';
import type { IdentityHolder } from '../../calls/exchange.js';
import { userOn } from '../../calls/request-user.js';
import { isIdentity } from '../../identity/identity.js';
import { isStranger } from '../../identity/attach-identity.js';
import type { McpOperation } from './mcp-operations.js';

const META = '_meta';

/** An entry of a list as MCP has it. */
interface Listed {
  readonly name?: string;
  readonly uri?: string;
  readonly uriTemplate?: string;
  readonly [META]?: Readonly<Record<string, unknown>>;
}

/** The methods that list, the member with the list, and the member that names an entry. */
const LISTS: ReadonlyMap<
  string,
  { readonly member: string; readonly kind: McpOperation['kind']; readonly name: keyof Listed }
> = new Map([
  ['tools/list', { member: 'tools', kind: 'tool', name: 'name' }],
  ['resources/list', { member: 'resources', kind: 'resource', name: 'uri' }],
  [
    'resources/templates/list',
    { member: 'resourceTemplates', kind: 'resource-template', name: 'uriTemplate' },
  ],
  ['prompts/list', { member: 'prompts', kind: 'prompt', name: 'name' }],
]);

/** The lists that a server gives, without what the caller may not use. */
export class ListedOperations {
  constructor(
    private readonly operations: readonly McpOperation[],
    private readonly rules: DemandRules,
  ) {}

  /** Whether the list of tools differs from caller to caller. */
  get varies(): boolean {
    return this.operations.some(({ kind, needsCaller }) => kind === 'tool' && needsCaller);
  }

  /** @param request that asks for the list, as MCP-Nest has it. */
  visible(method: string, result: object, request: unknown): object {
    const list = LISTS.get(method);
    if (list === undefined) return result;
    const { [list.member]: entries } = result as Readonly<Record<string, unknown>>;
    if (!Array.isArray(entries)) return result;
    const visible = (entries as readonly Listed[]).flatMap((entry) => {
      const { kind, name } = list;
      const found = this.operations.find((one) => one.kind === kind && one.name === entry[name]);
      if (found === undefined) return [entry];
      return this.mayUse(found, request) ? [described(entry, found)] : [];
    });
    return { ...result, [list.member]: visible };
  }

  /**
   * A tool that requires a recent or strong login is not hidden: a client gets one when it is asked for it.
   * Where no guard has checked the request, its caller is unknown.
   */
  private mayUse({ policy, needsCaller }: McpOperation, request: unknown): boolean {
    if (!needsCaller || typeof request !== 'object' || request === null) return true;
    const user = userOn(request as IdentityHolder);
    if (!isIdentity(user)) return !isStranger(request as IdentityHolder);
    const grants = policy.requirements.filter(({ kind }) => kind !== 'authentication');
    return checkRequirements(grants, user, 0, this.rules) === undefined;
  }
}

/** MCP-Nest says `noauth` of a tool that has no decorator of its own for scopes. */
function described(entry: Listed, { policy, needsCaller }: McpOperation): Listed {
  const meta = entry[META];
  const schemes = meta?.['securitySchemes'];
  const isOpen = Array.isArray(schemes) && schemes.every((one) => isNoAuth(one));
  if (!needsCaller || !isOpen) return entry;
  const scopes = policy.requirements.flatMap((one) => (one.kind === 'scopes' ? one.names : []));
  const scheme = { type: 'oauth2', ...(scopes.length > 0 && { scopes: [...new Set(scopes)] }) };
  return { ...entry, [META]: { ...meta, securitySchemes: [scheme] } };
}

function isNoAuth(scheme: unknown): boolean {
  return (Object(scheme) as { readonly type?: unknown }).type === 'noauth';
}
