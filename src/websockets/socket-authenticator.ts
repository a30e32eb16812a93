import { type CanActivate, Inject, Injectable, Optional } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../core/util/clock.js';
import { TOKENS } from '../core/util/di-tokens.js';
import type { Identity } from '../core/identity/identity.js';
import type { RevocationList } from '../core/revocation/revocation-list.js';
import { CHECKS_SOCKETS } from '../core/calls/checked-connection.js';
import { connectionGuard } from './connection-guard.js';
import { AwaitedConnections } from './awaited-connections.js';
import { checkAdmissionOptions, type SocketAdmissionOptions } from './socket-admission-options.js';
import { judgingMiddleware, type SocketMiddleware } from './judging-middleware.js';
import { type Admission, admitSocket, identityOf, watchAdmitted } from './socket-admission.js';

/**
 * Checks sockets when they connect, for gateways that need more than `@AuthenticatedGateway()` does. A
 * provider of the module that has the gateway: `providers: [ChatGateway, SocketAuthenticator]`.
 */
@Injectable()
export class SocketAuthenticator {
  /** Not a parameter of the constructor: a subclass has its own parameters. */
  @Inject(TOKENS.modules)
  private readonly modules?: ModulesContainer;

  @Optional()
  @Inject(TOKENS.revocationList)
  private readonly revocations?: RevocationList;

  constructor(
    @Inject(TOKENS.guard) private readonly guard: CanActivate,
    @Inject(TOKENS.clock) private readonly clock: Clock,
  ) {}

  /**
   * Call it first in `handleConnection(client, request)`. A socket without a good token is told
   * by the event `exception` with the documented body, and closed: one of ws with the close code 4000 plus
   * the status (4401) and the refusal's code as reason.
   *
   * Nest does not wait for `handleConnection` before it hands over messages; `JwtAuthGuard` does, and
   * checks each message of the sockets that are let in. So the gateway's handlers still need the guard.
   *
   * @param client of socket.io or ws.
   * @param request the second parameter of `handleConnection`; sockets of ws need it.
   * @returns who has connected; `undefined` when the socket was turned away. Never rejects.
   * @throws RangeError for options out of bounds
   */
  async admit(
    client: object,
    request?: IncomingMessage,
    options: SocketAdmissionOptions = {},
  ): Promise<Identity | undefined> {
    const admitted = await admitSocket(client, request, this.admissionWith(options));
    return admitted ? identityOf(client) : undefined;
  }

  /**
   * A middleware of socket.io, which refuses before a socket is connected: the client's `connect_error`
   * has the documented body as `error.data`. Use it in `afterInit(server)`: `server.use(…)`.
   *
   * @throws RangeError for options out of bounds
   */
  middleware(options: SocketAdmissionOptions = {}): SocketMiddleware {
    const admission = this.admissionWith(options);
    const connections = new AwaitedConnections((socket) => watchAdmitted(socket, admission));
    return judgingMiddleware(admission, (socket) => connections.await(socket));
  }

  private admissionWith(options: SocketAdmissionOptions): Admission {
    checkAdmissionOptions(options);
    const { clock, revocations } = this;
    const guard = connectionGuard(this.guard, this.modules);
    // No decorators: every client needs a token.
    const route = { gateway: SocketAuthenticator, handler: SocketAuthenticator.prototype.admit };
    return { guard, clock, revocations, route, options };
  }
}

Reflect.defineMetadata(CHECKS_SOCKETS, true, SocketAuthenticator);
