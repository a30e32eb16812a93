import { createServer, type RequestListener } from 'node:http';
import { closeServer, listenOnLoopback } from './loopback.js';

/** An HTTP server that answers as a test wants it to, badly for the most part. */
export interface KeyServer {
  readonly origin: string;
  /** Path of every request, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** What is served at a path: a document, sent as JSON, or whatever a function does. */
export type Served = object | null | RequestListener;

/** Serves these paths on a free loopback port; every other is 404. */
export async function startKeyServer(paths: Readonly<Record<string, Served>>): Promise<KeyServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const served = Object.hasOwn(paths, path) ? paths[path] : undefined;
    if (served === undefined) response.writeHead(404).end();
    else if (typeof served === 'function') (served as RequestListener)(request, response);
    else
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(served));
  });
  const port = await listenOnLoopback(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      await closeServer(server);
    },
  };
}
