import { afterAll, beforeAll, expect } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { runInThisContext } from 'node:vm';
import type { TestApplication } from './application.js';
import type { HttpAnswer } from './http.js';
import { unauthorizedBody, unauthorizedChallenge, type BadTokenCode } from './unauthorized.js';

/** A code that an attack may end in. */
export type AttackCode = BadTokenCode | 'keys_unavailable';

/** Who is attacked, and a token that is let in whatever happened before. */
export interface Target {
  readonly application: TestApplication;
  good(): string;
}

/** A bearer token, or a whole request. */
export type Attack = string | (() => Promise<HttpAnswer>);

/** Parts of a token shorter than this occur in a log by chance. */
const TELLING_LENGTH = 12;

/**
 * Sends the attack and expects the documented refusal to the byte, no part of the token in answer or
 * log, and a good token let in afterwards.
 */
export async function expectRefusal(
  { application, good }: Target,
  attack: Attack,
  code: AttackCode,
): Promise<HttpAnswer> {
  application.log.clear();
  const answer =
    typeof attack === 'string' ? await application.get('/notes', attack) : await attack();
  expect(wire(answer)).toEqual(documented(code));
  if (typeof attack === 'string') {
    const told = [application.log.text(), JSON.stringify(answer.headers), answer.text].join('\n');
    for (const part of attack.split('.').filter(({ length }) => length >= TELLING_LENGTH))
      expect(told).not.toContain(part);
  }
  await expectGood(application, good());
  return answer;
}

/** The application lets this token in. */
export async function expectGood(application: TestApplication, token: string): Promise<HttpAnswer> {
  const answer = await application.get('/notes', token);
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  return answer;
}

/** What goes over the wire for a refusal. */
function documented(code: AttackCode): object {
  const contentType = 'application/json; charset=utf-8';
  if (code === 'keys_unavailable')
    return {
      status: 503,
      text: '{"status":503,"error":"Service Unavailable","message":"Token verification unavailable","code":"keys_unavailable"}',
      challenge: undefined,
      retryAfter: expect.stringMatching(/^[1-9][0-9]*$/),
      contentType,
    };
  return {
    status: 401,
    text: JSON.stringify(unauthorizedBody(code)),
    challenge: unauthorizedChallenge(code),
    retryAfter: undefined,
    contentType,
  };
}

function wire({ status, text, challenge, headers }: HttpAnswer): object {
  return {
    status,
    text,
    challenge,
    retryAfter: headers['retry-after'],
    contentType: headers['content-type'],
  };
}

/**
 * Fails the file when a rejection goes unhandled or an exception uncaught while it runs. Call it at
 * the top of the file.
 */
export function expectSoundProcess(): void {
  // Listeners on the `process` of a test file hear nothing: it is jest's copy.
  const realProcess = runInThisContext('process') as NodeJS.Process;
  const faults: unknown[] = [];
  const keep = (fault: unknown): void => void faults.push(fault);

  beforeAll(() => {
    realProcess.on('unhandledRejection', keep);
    realProcess.on('uncaughtExceptionMonitor', keep);
  });

  afterAll(async () => {
    await nextTurn();
    await nextTurn();
    realProcess.off('unhandledRejection', keep);
    realProcess.off('uncaughtExceptionMonitor', keep);
    expect(faults).toEqual([]);
  });
}
