import { createServer, request } from 'node:http';
import { closeServer, listenOnLoopback } from './loopback.js';

/** A reverse proxy on loopback. */
export interface TestProxy {
  readonly origin: string;
  /** The origin it hands requests on to; set once that is known. */
  target: string;
  close(): Promise<void>;
}

/** @param rules path prefix → what the target sees in its place; any other path is a 404 of the proxy's own. */
export async function startProxy(rules: Readonly<Record<string, string>>): Promise<TestProxy> {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    const rule = Object.entries(rules).find(([prefix]) => path.startsWith(prefix));
    if (rule === undefined) {
      outgoing.writeHead(404).end();
      return;
    }
    const url = proxy.target + rule[1] + path.slice(rule[0].length);
    const { host: _host, ...headers } = incoming.headers;
    const handedOn = request(url, { method: incoming.method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    handedOn.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(handedOn);
  });
  const port = await listenOnLoopback(server);
  const proxy: TestProxy = {
    origin: `http://127.0.0.1:${port}`,
    target: '',
    close: async () => {
      await closeServer(server);
    },
  };
  return proxy;
}
