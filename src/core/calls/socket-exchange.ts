import type { ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { AnyRefusalException } from '../refusals/exception-of.js';
import { RouteMemo } from './route-memo.js';
import type { CredentialsRequest, Exchange, IdentityHolder } from './exchange.js';
import { queryIn } from './http-exchange.js';

/** What is remembered of a socket, on the socket itself, so that it goes when that goes. */
interface SocketMemory {
  readonly handshake: CredentialsRequest;
  /**
   * One for each handler: what a guard established for one is not there for a handler that has none.
   * Messages of a socket share it, since Nest has nothing that guard and parameter decorator are given of
   * one message and of no other; they all come with the token of its handshake.
   */
  readonly holders: RouteMemo<IdentityHolder>;
}

/** Registered, so that the guard of one copy of this package knows the admissions of another. */
const OWN = Symbol.for('nestjs-trusted-issuers:own-holder');

/**
 * Is added to the arguments of a call that has an identity of its own: a connection that is checked, or a
 * message that was refused.
 */
export class OwnHolder implements IdentityHolder {
  readonly [OWN] = true;
  user?: unknown;
}

/** Registered, so that two copies of this package in one process know each other's sockets. */
const MEMORY = Symbol.for('nestjs-trusted-issuers:socket');

/** A message to a WebSocket gateway. Its token is the one the socket connected with. */
export function socketExchangeOf(context: ExecutionContext): Exchange {
  const { handshake, holders } = socketMemoryOf(context.switchToWs().getClient<object>());
  const holder = ownHolderOf(context) ?? holders.read(context);
  return {
    request: handshake,
    response: undefined,
    holder,
    translate(exception) {
      setApart(context);
      return translate(exception);
    },
  };
}

/** Whether a call need not wait for the socket's connection: it is that connection, or has waited. */
export function waitsForNobody(context: ExecutionContext): boolean {
  return ownHolderOf(context) !== undefined;
}

/**
 * Gives a refused message a holder of its own, without a caller: if another guard lets the message in, it
 * must not get the caller of an earlier one. The shared holder keeps its caller, because an accepted message
 * may still be between the guard and its handler.
 *
 * Guards and interceptors get the arguments themselves, parameter decorators a copy, so the holder must be
 * an argument. It can't be the last, which Nest takes for the pattern.
 */
function setApart(context: ExecutionContext): void {
  context.getArgs().splice(-1, 0, new OwnHolder());
}

function ownHolderOf(context: ExecutionContext): OwnHolder | undefined {
  const args: readonly unknown[] = context.getArgs();
  return args.find((one): one is OwnHolder => OWN in Object(one));
}

/**
 * Keeps the parts of the request that opened a socket from which a token may be read, for sockets of
 * \@nestjs/platform-ws, which do not have it. Call it before the socket's first message.
 */
export function keepHandshake(client: object, request: IncomingMessage | undefined): void {
  if (request === undefined || handshakeOf(client) !== undefined || MEMORY in client) return;
  const { headers, rawHeaders, url, socket } = request;
  remember(client, { headers, rawHeaders, query: queryIn(url), socket, http: request });
}

/** @throws Error for a socket whose handshake was not kept. */
function socketMemoryOf(client: object): SocketMemory {
  const known = (client as { [MEMORY]?: SocketMemory })[MEMORY];
  if (known !== undefined) return known;
  const handshake = handshakeOf(client);
  if (handshake !== undefined) return remember(client, handshake);
  throw new Error(
    'JwtAuthGuard does not know with which request a socket was opened, and refuses its message. ' +
      'Write @AuthenticatedGateway() of nestjs-trusted-issuers/websockets on the gateway, or call ' +
      'SocketAuthenticator.admit(client, request) in its handleConnection.',
  );
}

function remember(client: object, handshake: CredentialsRequest): SocketMemory {
  const memory = { handshake, holders: new RouteMemo<IdentityHolder>(() => ({})) };
  Object.defineProperty(client, MEMORY, { value: memory });
  return memory;
}

/** What socket.io keeps of the request itself. */
interface SocketIoClient {
  readonly handshake?: Pick<CredentialsRequest, 'headers' | 'query'> & { readonly auth?: unknown };
  readonly request?: object & Pick<CredentialsRequest, 'rawHeaders' | 'socket'>;
}

function handshakeOf(client: SocketIoClient): CredentialsRequest | undefined {
  if (typeof client.handshake !== 'object') return undefined;
  const { headers, query, auth } = client.handshake;
  const { request: http } = client;
  const { rawHeaders = [], socket } = http ?? {};
  const { token: handed } = Object(auth) as { readonly token?: unknown };
  return { headers, rawHeaders, query, handed, http, ...(socket && { socket }) };
}

async function translate(exception: AnyRefusalException): Promise<Error> {
  const { wsRefusalOf } = await import('../on-demand/websockets/ws-refusal.exception.js');
  return wsRefusalOf(exception);
}
