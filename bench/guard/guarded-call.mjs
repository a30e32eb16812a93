import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';

class Controller {
  handler() {}
}
const { handler } = Controller.prototype;
const SOCKET = new Socket();

/**
 * A guard as Nest calls it, with nothing else of Nest around.
 *
 * @typedef {object} GuardedCall
 * @property {(authorization: string) => true | Promise<unknown>} call lets one request in, or throws
 * @property {() => Promise<void>} close
 */

/**
 * Starts what a guard needs and hands back how to call it.
 *
 * @param {import('../contestants/index.mjs').Guarding} guarding
 * @returns {Promise<GuardedCall>}
 */
export async function openGuard({ module, guard }) {
  if (!module) return callOf(typeof guard === 'function' ? new guard() : guard, async () => {});
  const application = await NestFactory.createApplicationContext(module, { logger: false });
  return callOf(application.get(guard), () => application.close());
}

const callOf = (guard, close) => ({
  call: (authorization) => guard.canActivate(contextOf(authorization)),
  close,
});

/** A request and its response of Node's own classes, as a guard of a route finds them. */
function contextOf(authorization) {
  const request = new IncomingMessage(SOCKET);
  request.method = 'GET';
  request.url = '/';
  request.headers = { host: 'localhost', connection: 'keep-alive', accept: '*/*', authorization };
  request.rawHeaders = [
    ...['Host', 'localhost', 'Connection', 'keep-alive'],
    ...['Accept', '*/*', 'Authorization', authorization],
  ];
  const context = new ExecutionContextHost(
    [request, new ServerResponse(request)],
    Controller,
    handler,
  );
  context.setType('http');
  return context;
}
