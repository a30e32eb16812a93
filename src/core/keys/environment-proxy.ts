import { Agent as HttpAgent, type AgentOptions, globalAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** What Node.js from 22.21 and 24.5 on has in the options of agents: variables such as `HTTPS_PROXY` and `NO_PROXY`. */
interface ProxyOptions extends AgentOptions {
  readonly proxyEnv?: object | undefined;
}

/**
 * An agent that goes where the environment says, as every request of Node's own does with
 * `NODE_USE_ENV_PROXY=1` or `--use-env-proxy`; `undefined` without these.
 */
export function environmentAgent(protocol: string): HttpAgent | undefined {
  const { proxyEnv } = globalOptions();
  return proxyEnv === undefined ? undefined : agentWith({ proxyEnv }, protocol);
}

/** An agent that keeps connections, and goes where the environment says unless it is for guarded requests. */
export function keepingAgent(
  protocol: string,
  isGuarded: boolean,
  options: AgentOptions,
): HttpAgent {
  const { proxyEnv } = isGuarded ? {} : globalOptions();
  return agentWith({ keepAlive: true, ...options, ...(proxyEnv && { proxyEnv }) }, protocol);
}

function agentWith(options: ProxyOptions, protocol: string): HttpAgent {
  return protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
}

/** What to say of a failure where the environment asks for a proxy that this Node.js can't be told of. */
export function unknownProxyRemedy(): string | undefined {
  const isAsked = process.env['NODE_USE_ENV_PROXY'] === '1';
  return isAsked && !('proxyEnv' in globalOptions())
    ? `NODE_USE_ENV_PROXY is set, and Node.js ${process.version} does not support it: use 22.21, 24.5 or later, or give the proxy as http.fetch`
    : undefined;
}

function globalOptions(): ProxyOptions {
  // Applications may have put anything in its place.
  return Object(Object(globalAgent).options) as ProxyOptions;
}
