import { SafeLogger } from '../../util/safe-logger.js';
import type { ListedOperations } from './listed-operations.js';

type Handler = (...args: readonly unknown[]) => unknown;

/** What is used of a server of the SDK. */
interface SdkServer {
  readonly server: { setRequestHandler(method: string, ...given: readonly unknown[]): unknown };
}

type Bind = (server: SdkServer, session: unknown, request?: unknown) => void;

/** Of MCP-Nest's strategy what binds a request's handlers, for which it may be replaced. */
interface McpStrategy {
  readonly transportId: unknown;
  readonly options?: {
    readonly cacheHints?: Readonly<Record<string, { readonly cacheScope?: unknown } | undefined>>;
  };
  bindRequestHandlers: Bind;
}

/** MCP-Nest's strategy, by its form: it is connected, and not in any module. */
export function isMcpStrategy(target: unknown): target is McpStrategy {
  const { bindRequestHandlers } = Object(target) as Partial<McpStrategy>;
  return typeof bindRequestHandlers === 'function';
}

/** Has the lists of a server say only what the caller may use. */
export function hideForbidden(strategy: McpStrategy, listed: ListedOperations): void {
  const bind = strategy.bindRequestHandlers;
  strategy.bindRequestHandlers = (server, session, request) => {
    const filtering =
      (method: string, handler: Handler): Handler =>
      async (...args) =>
        listed.visible(method, (await handler(...args)) as object, request);
    whileSetting(server.server, filtering, () => bind.call(strategy, server, session, request));
  };
  if (listed.varies && strategy.options?.cacheHints?.['tools/list']?.cacheScope === 'public')
    new SafeLogger().warn(PUBLIC_LIST);
}

const PUBLIC_LIST =
  "cacheHints['tools/list'] of an McpStrategy says cacheScope: 'public', and which tools are listed depends on " +
  "the caller's scopes and roles: a cache would show one caller's list to others. Write 'private'.";

/** Wraps the handlers that are set meanwhile. */
function whileSetting(
  protocol: SdkServer['server'],
  wrap: (method: string, handler: Handler) => Handler,
  run: () => void,
): void {
  const own = Object.getOwnPropertyDescriptor(protocol, 'setRequestHandler');
  const set = protocol.setRequestHandler;
  protocol.setRequestHandler = (method, ...given) => {
    const handler = given.at(-1);
    const isList = method.endsWith('/list') && typeof handler === 'function';
    const all = isList ? [...given.slice(0, -1), wrap(method, handler as Handler)] : given;
    return set.call(protocol, method, ...all);
  };
  try {
    run();
  } finally {
    if (own) Object.defineProperty(protocol, 'setRequestHandler', own);
    else Reflect.deleteProperty(protocol, 'setRequestHandler');
  }
}
