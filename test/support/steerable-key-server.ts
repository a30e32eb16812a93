import type { TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { MovableClock } from './movable-clock.js';
import { closeServer, listenOnLoopback } from './loopback.js';

/** What is sent in place of a document: an object as JSON, or whatever a function does. */
export type Reply = object | null | RequestListener;

/** One request, as it came. */
export interface Hit {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * An issuer on a real HTTP server that a test can steer: its keys rotate (`issuer.rotateKeys()`), and
 * what it answers at each path can be replaced by anything.
 */
export class SteerableKeyServer {
  readonly hits: Hit[] = [];
  private readonly replies = new Map<string, Reply>();

  private constructor(
    readonly issuer: TestIssuer,
    private readonly stop: () => Promise<void>,
  ) {}

  static async start(clock?: MovableClock): Promise<SteerableKeyServer> {
    const server = createServer();
    const port = await listenOnLoopback(server);
    const origin = `http://127.0.0.1:${port}`;
    const issuer = await createTestIssuer({
      issuer: origin,
      listen: false,
      ...(clock && { now: clock.now }),
    });
    const steerable = new SteerableKeyServer(issuer, async () => {
      await closeServer(server);
    });
    server.on('request', (request, response) => {
      const path = request.url ?? '';
      steerable.hits.push({ path, headers: request.headers });
      const reply = steerable.replyAt(path);
      if (typeof reply === 'function') (reply as RequestListener)(request, response);
      else sendJson(reply)(request, response);
    });
    return steerable;
  }

  get origin(): string {
    return this.issuer.issuer;
  }

  /** A configuration that trusts its issuer, with its keys at an address. */
  config(more: Partial<TrustedIssuerConfig> = {}): TrustedIssuerConfig {
    const { issuer, jwksUri } = this.issuer;
    return { issuer, audience: 'https://api.example.com', keys: { jwksUri }, ...more };
  }

  /** How often the key set was asked for. */
  get keyHits(): number {
    return this.hits.filter(({ path }) => path === '/jwks').length;
  }

  /** Replaces what is answered at a path, the key set's by default. */
  reply(reply: Reply, path = '/jwks'): void {
    this.replies.set(path, reply);
  }

  /** Answers as a good server again. */
  comeBack(): void {
    this.replies.clear();
  }

  close(): Promise<void> {
    return this.stop();
  }

  private replyAt(path: string): Reply {
    const reply = this.replies.get(path);
    if (reply !== undefined) return reply;
    if (path === '/jwks') return this.issuer.jwks;
    if (path === '/.well-known/openid-configuration')
      return { issuer: this.issuer.issuer, jwks_uri: this.issuer.jwksUri };
    return fail(404);
  }
}

/** A document, with headers. */
export function sendJson(document: unknown, headers: object = {}): RequestListener {
  return (_request, response) =>
    void response
      .writeHead(200, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(document));
}

export function fail(status: number): RequestListener {
  return (_request, response) => void response.writeHead(status).end();
}

export const drop: RequestListener = (request) => void request.socket.destroy();

/** Never answers. */
export const stall: RequestListener = () => {};

/** Answers well, but late. */
export function late(ms: number, document: () => object): RequestListener {
  return (request, response) =>
    void setTimeout(() => sendJson(document())(request, response), ms).unref();
}

export function redirectTo(location: string): RequestListener {
  return (_request, response) => void response.writeHead(302, { location }).end();
}

/** Blank after blank, each in time for the next, and at last a document. */
export function drip(ms: number, document: () => object): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 10);
    const end = setTimeout(() => response.end(JSON.stringify(document())), ms);
    response.once('close', () => {
      clearInterval(timer);
      clearTimeout(end);
    });
  };
}

/** So many bytes, as fast as they are taken. */
export function flood(bytes: number, sent: { bytes: number } = { bytes: 0 }): RequestListener {
  const chunk = Buffer.alloc(65_536, ' ');
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const pour = (): void => {
      while (!response.destroyed && sent.bytes < bytes) {
        sent.bytes += chunk.length;
        if (!response.write(chunk)) return;
      }
      if (!response.destroyed) response.end();
    };
    response.on('drain', pour);
    pour();
  };
}

/** A document behind somewhat more headers than a client must read. */
export function greatHeaders(document: () => object): RequestListener {
  const filler = Object.fromEntries(
    Array.from({ length: 18 }, (_, at) => [`x-filler-${at}`, 'a'.repeat(1_000)]),
  );
  return (request, response) => sendJson(document(), filler)(request, response);
}

/** The default of `http.maxBytes`. */
const MAX_BYTES = 262_144;

/** A document that is too long by what stands before it. */
export function tooLong(document: () => object): RequestListener {
  return (_request, response) => void response.end(padded(document()));
}

/** The same, compressed: it is short on the way, and too long when it arrives. */
export function tooLongUnpacked(document: () => object): RequestListener {
  return (_request, response) => {
    const packed = gzipSync(padded(document()));
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
    response.end(packed);
  };
}

/** Too long on the way, and short when it arrives; it does not say so before. */
export function tooLongPacked(document: () => object): RequestListener {
  const nothing = gzipSync('');
  const members = Array.from({ length: Math.ceil(MAX_BYTES / nothing.length) }, () => nothing);
  return (_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(Buffer.concat([...members, gzipSync(JSON.stringify(document()))]));
  };
}

function padded(document: object): string {
  return ' '.repeat(MAX_BYTES) + JSON.stringify(document);
}
