import { NestFactory } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';

class Controller {
  handler() {}
}
const { handler } = Controller.prototype;
const RESPONSE = {};

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

/** A request such as Express makes one, as far as guards look at it. */
function contextOf(authorization) {
  const request = {
    method: 'GET',
    url: '/',
    headers: { host: 'localhost', connection: 'keep-alive', accept: '*/*', authorization },
    rawHeaders: [
      ...['Host', 'localhost', 'Connection', 'keep-alive'],
      ...['Accept', '*/*', 'Authorization', authorization],
    ],
  };
  const context = new ExecutionContextHost([request, RESPONSE], Controller, handler);
  context.setType('http');
  return context;
}
