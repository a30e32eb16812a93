import type { Agent } from 'node:http';
import { keepingAgent } from '../keys/environment-proxy.js';
import type { Connections } from '../keys/http-client.js';
import { INTROSPECTION_LIMITS } from './introspection-limits.js';

/** Connections to one issuer's endpoint. Those that wait for the next call keep no process alive. */
export class KeptConnections implements Connections {
  private readonly agents = new Map<string, Agent>();

  agentFor(protocol: string, isGuarded: boolean): Agent {
    const name = `${protocol} ${isGuarded}`;
    let agent = this.agents.get(name);
    if (agent === undefined) {
      agent = keepingAgent(protocol, isGuarded, {
        maxFreeSockets: INTROSPECTION_LIMITS.idleConnections,
        timeout: INTROSPECTION_LIMITS.idleConnectionMs,
      });
      this.agents.set(name, agent);
    }
    return agent;
  }
}
