import { afterEach, beforeEach, expect } from '@jest/globals';
import type { AuthModuleConfig, AuthModuleExtras } from 'nestjs-trusted-issuers';
import type { UnauthorizedCode } from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import { setTimeout as wait } from 'node:timers/promises';
import { type ApplicationOptions, startApplication, type TestApplication } from './application.js';
import type { HttpAnswer } from './http.js';
import { MovableClock } from './movable-clock.js';
import { SteerableKeyServer } from './steerable-key-server.js';

/** What a test of keys needs, made anew for each and closed after it. */
export interface KeyScene {
  /** Shared by the application and the issuers. */
  readonly clock: MovableClock;
  keyServer(): Promise<SteerableKeyServer>;
  /** Starts an application on this scene's clock. */
  start(
    config: AuthModuleConfig & AuthModuleExtras,
    options?: ApplicationOptions,
  ): Promise<TestApplication>;
  /** Closes something when the test is over. */
  closing<T extends { close(): Promise<unknown> }>(part: T): T;
}

/** Call it at the top of a file. */
export function keyScene(): KeyScene {
  const open: { close(): Promise<unknown> }[] = [];
  let clock = new MovableClock();
  beforeEach(() => void (clock = new MovableClock()));
  afterEach(async () => {
    for (const part of open.splice(0).reverse()) await part.close();
  });
  const closing = <T extends { close(): Promise<unknown> }>(part: T): T => {
    open.push(part);
    return part;
  };
  return {
    get clock() {
      return clock;
    },
    closing,
    keyServer: async () => closing(await SteerableKeyServer.start(clock)),
    start: async (config, options) =>
      closing(await startApplication(config, { clock, ...options })),
  };
}

/** Waits for something that happens in the background, for a second at most. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await assertion();
    } catch (error) {
      if (tries === 100) throw error;
      await wait(10);
    }
  }
}

/** The documented 503, with a `Retry-After` between these. */
export function expectUnavailable(answer: HttpAnswer, least = 1, greatest = 30): void {
  expect({ status: answer.status, json: answer.json, challenge: answer.challenge }).toEqual({
    status: 503,
    json: {
      status: 503,
      error: 'Service Unavailable',
      message: 'Token verification unavailable',
      code: 'keys_unavailable',
    },
    challenge: undefined,
  });
  const retryAfter = Number(answer.headers['retry-after']);
  expect(retryAfter).toBeGreaterThanOrEqual(least);
  expect(retryAfter).toBeLessThanOrEqual(greatest);
}

/** The documented 401 of this code. */
export function expectRefused(answer: HttpAnswer, code: UnauthorizedCode): void {
  expect(answer).toBeUnauthorized(code);
}

/** A 200. */
export function expectAccepted(answer: HttpAnswer): void {
  expect([answer.status, answer.text]).toMatchObject([200, expect.any(String)]);
}
