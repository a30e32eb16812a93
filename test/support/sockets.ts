import type { INestApplication } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { EventEmitter } from 'node:events';
import { io } from 'socket.io-client';
import { type ClientOptions, WebSocket } from 'ws';

/** The libraries every promise to gateways is kept on. */
export const SOCKET_KINDS = ['socket.io', 'ws'] as const;
export type SocketKind = (typeof SOCKET_KINDS)[number];

/** What a client connects with. */
export interface Handshake {
  readonly headers?: Readonly<Record<string, string>>;
  /** Of socket.io alone. */
  readonly auth?: Readonly<Record<string, unknown>>;
  /** Behind the address. */
  readonly query?: string;
  /** Of ws alone. */
  readonly protocols?: readonly string[];
  /** Of ws alone: goes on talking when the server asks to close. */
  readonly deaf?: boolean;
}

/** How a connection ended: the close code and reason of ws, the reason of socket.io. */
export interface Ending {
  readonly code?: number;
  readonly reason: string;
}

/** A client of either library, with what it received. */
export interface TestSocket {
  readonly received: { readonly event: string; readonly data: unknown }[];
  readonly ended: Promise<Ending>;
  /** The subprotocol that the server chose; of ws alone. */
  readonly protocol: string | undefined;
  send(event: string, data?: unknown): void;
  /** Waits for the next event of a name that was not waited for before. */
  next(event: string): Promise<unknown>;
  ask(event: string, data?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export function useAdapter(kind: SocketKind): (app: INestApplication) => void {
  return (app) => {
    if (kind === 'ws') app.useWebSocketAdapter(new WsAdapter(app));
  };
}

/**
 * Connects; comes back when there is a connection, whatever the server makes of it then, or when a middleware
 * of socket.io has refused it: then the event `connect_error` was received.
 */
export function connect(
  kind: SocketKind,
  url: string,
  handshake: Handshake = {},
): Promise<TestSocket> {
  return kind === 'ws' ? connectNative(url, handshake) : connectSocketIo(url, handshake);
}

/** A handshake with the token where the library's clients put it. */
export function bearer(token: string): Handshake {
  return { headers: { Authorization: `Bearer ${token}` } };
}

class Inbox {
  readonly received: { event: string; data: unknown }[] = [];
  private readonly unread: { event: string; data: unknown }[] = [];
  private readonly waiting: { event: string; resolve: (data: unknown) => void }[] = [];

  take(event: string, data: unknown): void {
    this.received.push({ event, data });
    const index = this.waiting.findIndex((one) => one.event === event);
    if (index < 0) this.unread.push({ event, data });
    else this.waiting.splice(index, 1)[0]?.resolve(data);
  }

  next(event: string): Promise<unknown> {
    const index = this.unread.findIndex((one) => one.event === event);
    if (index >= 0) return Promise.resolve(this.unread.splice(index, 1)[0]?.data);
    return new Promise((resolve) => {
      this.waiting.push({ event, resolve });
    });
  }
}

async function connectSocketIo(
  url: string,
  { headers = {}, auth = {}, query = '' }: Handshake,
): Promise<TestSocket> {
  const socket = io(url + query, {
    ...{ auth, extraHeaders: { ...headers }, transports: ['websocket'] },
    ...{ reconnection: false, forceNew: true },
  });
  const inbox = new Inbox();
  socket.onAny((event: string, data: unknown) => inbox.take(event, data));
  const ended = new Promise<Ending>((resolve) => {
    socket.once('disconnect', (reason) => resolve({ reason }));
    socket.once('connect_error', () => resolve({ reason: 'connect_error' }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', (error: Error & { readonly data?: unknown }) => {
      if (error.data === undefined) return reject(error);
      inbox.take('connect_error', error.data);
      resolve();
    });
  });
  return {
    ...{ received: inbox.received, ended, protocol: undefined },
    send: (event, data) => void socket.emit(event, data),
    next: (event) => inbox.next(event),
    ask(event, data) {
      socket.emit(event, data);
      return inbox.next(event);
    },
    async close() {
      if (!socket.connected) return;
      socket.disconnect();
      await ended;
    },
  };
}

async function connectNative(
  url: string,
  { headers = {}, query = '', protocols = [], deaf = false }: Handshake,
): Promise<TestSocket> {
  const options: ClientOptions = { headers: { ...headers } };
  const socket = new WebSocket(url.replace('http', 'ws') + query, [...protocols], options);
  const inbox = new Inbox();
  socket.on('message', (text: Buffer) => {
    const { event, data } = JSON.parse(text.toString()) as { event: string; data: unknown };
    inbox.take(event, data);
  });
  const ended = new Promise<Ending>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  if (deaf) ignoreClosing(socket);
  const send = (event: string, data?: unknown): void =>
    socket.send(JSON.stringify({ event, data }));
  return {
    ...{ received: inbox.received, ended, protocol: socket.protocol, send },
    next: (event) => inbox.next(event),
    ask(event, data) {
      send(event, data);
      return inbox.next(event);
    },
    async close() {
      socket.close();
      await ended;
    },
  };
}

/** Against RFC 6455 section 5.5.1, as nobody can be kept from doing. */
function ignoreClosing(socket: WebSocket): void {
  const { _receiver } = socket as unknown as { _receiver: EventEmitter };
  _receiver.removeAllListeners('conclude');
}
