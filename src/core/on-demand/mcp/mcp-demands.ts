import type { RoutePolicy } from '../../authorization/route-policy.js';
import type { McpOperation } from './mcp-operations.js';

/** What is read of a request to an MCP endpoint. */
interface McpHttpRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
}

/** What a request is for. */
interface Named {
  readonly kind: McpOperation['kind'];
  readonly name: unknown;
}

/** The operations of applications by the methods of MCP, and the parameter that names one. */
const METHODS: ReadonlyMap<unknown, readonly [kind: McpOperation['kind'], parameter: string]> =
  new Map([
    ['tools/call', ['tool', 'name']],
    ['resources/read', ['resource', 'uri']],
    ['prompts/get', ['prompt', 'name']],
  ]);

/**
 * What a request to an MCP endpoint is held against by the guard of the endpoint: with its route's demands
 * those of the tool that it is for, so that a refusal is a status and a challenge. Once the SDK answers it can't be;
 * the tool's own guard then refuses, as it does where this one can't tell the tool.
 */
export class McpDemands {
  /** By kind and name; `undefined` where several servers have one of this name. */
  private readonly operations = new Map<string, McpOperation | undefined>();

  constructor(operations: readonly McpOperation[]) {
    for (const operation of operations) {
      const key = keyOf(operation);
      this.operations.set(key, this.operations.has(key) ? undefined : operation);
    }
  }

  /** @param route what the decorators of the endpoint say. */
  policyOf(route: RoutePolicy, request: McpHttpRequest): RoutePolicy {
    const target = targetOf(request);
    const operation = target && this.operations.get(keyOf(target));
    if (operation?.needsCaller !== true) return route;
    const requirements = new Set([...route.requirements, ...operation.policy.requirements]);
    return { mode: 'protected', requirements: [...requirements] };
  }
}

function keyOf({ kind, name }: Named): string {
  return `${kind} ${String(name)}`;
}

/**
 * The body says what will run. Where nothing has read it yet, the headers of revision 2026-07-28 do, and the
 * SDK refuses a request in which they differ from the body.
 */
function targetOf({ headers, body }: McpHttpRequest): Named | undefined {
  if (typeof body !== 'object' || body === null)
    return named(headers['mcp-method'], () => headers['mcp-name']);
  // Of several messages in one body, each is refused by itself.
  if (Array.isArray(body)) return undefined;
  const { method, params } = body as { readonly method?: unknown; readonly params?: unknown };
  return named(method, (parameter) => (Object(params) as Record<string, unknown>)[parameter]);
}

function named(method: unknown, read: (parameter: string) => unknown): Named | undefined {
  const [kind, parameter] = METHODS.get(method) ?? [];
  if (kind === undefined || parameter === undefined) return undefined;
  const name = read(parameter);
  return typeof name === 'string' ? { kind, name } : undefined;
}
