import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { vouchFor } from 'nestjs-trusted-issuers';
import { EventEmitter } from 'node:events';
import { type Observable, Subject } from 'rxjs';
import { GuardedCalls } from '../../../../src/core/guard/guarded-calls.js';
import { systemClock } from '../../../../src/core/util/clock.js';
import { EventStreams } from '../../../../src/core/enforcement/event-streams.js';

const TOLERANCE_SECONDS = 5;
const DAY_SECONDS = 86_400;

/** What is seen of a response whose stream ends. */
class FakeResponse extends EventEmitter {
  writableEnded = false;
  destroyed = false;
  readonly setHeader = (): void => undefined;

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

describe('A stream of events', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const open = (lifetimeSeconds: number) => {
    const user = vouchFor({
      id: 'https://login.example.com alice',
      subject: 'alice',
      issuer: 'https://login.example.com',
      clientId: undefined,
      tenant: undefined,
      tokenId: undefined,
      expiresAt: Math.floor(Date.now() / 1_000) + lifetimeSeconds,
      ...{ audience: [], scopes: [], roles: [], claims: {} },
    });
    const response = new FakeResponse();
    const request = { rawHeaders: [], headers: {}, user };
    const context = new ExecutionContextHost([request, response]);
    const streams = new EventStreams(
      { closeOnExpiry: true } as never,
      systemClock,
      { calls: new GuardedCalls() } as never,
      { clockToleranceSecondsFor: () => TOLERANCE_SECONDS } as never,
      undefined,
    );
    const source = new Subject<number>();
    const events: Observable<unknown> = streams.endWithToken(source, context);
    const heard: unknown[] = [];
    const subscription = events.subscribe({
      next: (event) => heard.push(event),
      complete: () => heard.push('the end'),
    });
    const remainingMs = (user.expiresAt + TOLERANCE_SECONDS) * 1_000 - Date.now();
    return { response, source, heard, subscription, remainingMs };
  };

  it.each([60, 60 * DAY_SECONDS])(
    'ends at the millisecond in which its token expires: %d s',
    (lifetime) => {
      const { source, heard, remainingMs } = open(lifetime);
      jest.advanceTimersByTime(remainingMs - 1);
      source.next(1);
      expect(heard).toEqual([1]);
      jest.advanceTimersByTime(1);
      expect(heard).toEqual([1, 'the end']);
      expect(source.observed).toBe(false);
    },
  );

  it('lets no event through that comes before a timer that is late', () => {
    const { response, source, heard, remainingMs } = open(60);
    jest.setSystemTime(Date.now() + remainingMs);
    source.next(1);
    expect(heard).toEqual(['the end']);
    expect(source.observed).toBe(false);
    // What else keeps the connection open does not keep it for that.
    jest.advanceTimersByTime(1_000);
    expect(response.destroyed).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is not begun for a token that has expired', () => {
    const { source, heard } = open(-TOLERANCE_SECONDS);
    expect(heard).toEqual(['the end']);
    expect(source.observed).toBe(false);
  });

  it('leaves no timer when the client leaves, nor when the handler ends it', () => {
    for (const leave of [
      ({ subscription }: ReturnType<typeof open>) => subscription.unsubscribe(),
      ({ source }: ReturnType<typeof open>) => source.complete(),
    ]) {
      const stream = open(60);
      expect(jest.getTimerCount()).toBe(1);
      leave(stream);
      expect(jest.getTimerCount()).toBe(0);
    }
  });

  it('has its connection closed where something keeps it open, and only there', () => {
    const kept = open(60);
    const ended = open(60);
    jest.advanceTimersByTime(kept.remainingMs);
    ended.response.writableEnded = true;
    ended.response.emit('close');
    expect(kept.response.destroyed).toBe(false);
    jest.advanceTimersByTime(1_000);
    expect([kept.response.destroyed, ended.response.destroyed]).toEqual([true, false]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
