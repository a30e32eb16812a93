import { describe, expect, it } from '@jest/globals';
import { bearerParameters } from '../../src/testing/matchers/bearer-parameters.js';
import { unauthorizedBody, unauthorizedChallenge } from '../support/unauthorized.js';
import 'nestjs-trusted-issuers/testing/jest';

const EXPIRED = unauthorizedBody('token_expired');
const CHALLENGE = unauthorizedChallenge('token_expired');

interface Given {
  readonly status?: number;
  readonly challenge?: string | undefined;
  readonly body?: unknown;
}

/** The same answer as each client gives it. */
const CLIENTS = {
  supertest: ({ status, headers, text }: Parts) => ({ status, headers, text, body: {} }),
  'Fastify’s inject': ({ status, headers, text }: Parts) => ({
    statusCode: status,
    headers,
    payload: text,
    body: text,
  }),
  fetch: ({ status, headers, text }: Parts) => new Response(text, { status, headers }),
};
interface Parts {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

function parts({ status = 401, challenge = CHALLENGE, body = EXPIRED }: Given): Parts {
  return {
    status,
    headers: challenge === '' ? {} : { 'www-authenticate': challenge },
    text: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** `await` because one of the three must be awaited; the others don't mind. */
describe.each(Object.entries(CLIENTS))('Matchers on a response of %s', (_name, client) => {
  const answer = (given: Given = {}): unknown => client(parts(given));

  it('toBeUnauthorized passes for the documented answer', async () => {
    await expect(answer()).toBeUnauthorized();
    await expect(answer()).toBeUnauthorized('token_expired');
    await expect(answer({ status: 403 })).not.toBeUnauthorized();
    await expect(answer()).not.toBeUnauthorized('signature_invalid');
  });

  it('auth_required has no error in its challenge', async () => {
    const body = { ...EXPIRED, code: 'auth_required' };
    await expect(answer({ body, challenge: 'Bearer realm="api"' })).toBeUnauthorized(
      'auth_required',
    );
    await expect(async () =>
      expect(answer({ body })).toBeUnauthorized('auth_required'),
    ).rejects.toThrow('to challenge with no error, as auth_required does');
  });

  it.each<[string, Given]>([
    ['to have status 401, and it has 200', { status: 200 }],
    ['to carry a Bearer challenge', { challenge: '' }],
    ['to carry a Bearer challenge', { challenge: 'Basic realm="api"' }],
    ['to have the code token_expired, and it has "x"', { body: { ...EXPIRED, code: 'x' } }],
    ['to have the code token_expired, and it has undefined', { body: '<html>' }],
    ['to have the documented body', { body: { ...EXPIRED, status: 403 } }],
    ['to challenge with error="invalid_token"', { challenge: 'Bearer realm="api"' }],
  ])('toBeUnauthorized fails: expected the answer %s', async (message, given) => {
    const failing = async (): Promise<void> =>
      expect(answer(given)).toBeUnauthorized('token_expired') as unknown as Promise<void>;
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.toThrow(/received: \d+\nWWW-Authenticate: /);
  });

  it('toChallenge compares the parameters that are named', async () => {
    await expect(answer()).toChallenge();
    await expect(answer()).toChallenge({ realm: 'api', error: 'invalid_token', scope: undefined });
    await expect(answer()).toChallenge({ error_description: expect.stringContaining('expired') });
    await expect(answer()).not.toChallenge({ realm: 'notes' });
    const challenge = 'Bearer realm="api", error="insufficient_scope", scope="a b"';
    await expect(answer({ status: 403, challenge })).toChallenge({ scope: 'a b' });
    await expect(async () => expect(answer()).toChallenge({ scope: 'a' })).rejects.toThrow(
      'to challenge with other values of scope: {"scope":"a"}',
    );
  });

  it('says what it got when not.… fails', async () => {
    await expect(async () => expect(answer()).not.toBeUnauthorized()).rejects.toThrow(
      'not to be a 401',
    );
    await expect(async () => expect(answer()).not.toChallenge({})).rejects.toThrow(
      'not to challenge with {}',
    );
  });
});

describe('Matchers', () => {
  it('leave the body of a fetch response to be read', async () => {
    const response = new Response(JSON.stringify(EXPIRED), {
      status: 401,
      headers: { 'www-authenticate': CHALLENGE },
    });
    await expect(response).toBeUnauthorized('token_expired');
    expect(await response.json()).toEqual(EXPIRED);
  });

  it('a fetch response whose body was read has still its head', async () => {
    const response = CLIENTS.fetch(parts({}));
    await response.json();
    await expect(response).toBeUnauthorized();
    await expect(response).toChallenge({ error: 'invalid_token' });
    await expect(CLIENTS.fetch(parts({ status: 403 }))).not.toBeUnauthorized('token_expired');
    const failing = async (): Promise<void> => expect(response).toChallenge({ realm: 'x' });
    await expect(failing).rejects.toThrow('(its body was read before)');
  });

  it('and no code, whichever is asked for', async () => {
    const response = CLIENTS.fetch(parts({}));
    await response.text();
    const fault = new TypeError(
      'the response cannot be compared with a code: its body was read before. ' +
        'Give it to toBeUnauthorized() first, or read the body of its clone()',
    );
    const asking = async (): Promise<void> => expect(response).toBeUnauthorized('token_expired');
    await expect(asking).rejects.toThrow(fault);
    const denying = async (): Promise<void> =>
      expect(response).not.toBeUnauthorized('token_expired');
    await expect(denying).rejects.toThrow(fault);
  });

  it.each([undefined, null, 'text', {}, Promise.resolve()])('%p is no response', (value) => {
    expect(() => expect(value).toBeUnauthorized()).toThrow('Is an "await" missing?');
  });

  it.each([
    ['keys_unavailable', 'is a 503'],
    ['insufficient_scope', 'is a 403'],
    ['expired', 'is no refusal code'],
  ])('%s %s', (code, message) => {
    const response = CLIENTS.supertest(parts({}));
    expect(() => expect(response).toBeUnauthorized(code as never)).toThrow(message);
  });
});

describe('bearerParameters', () => {
  it.each<[string | undefined, object | undefined]>([
    [undefined, undefined],
    ['Basic realm="Bearer x"', undefined],
    ['Bearer', {}],
    ['bearer realm=api', { realm: 'api' }],
    [String.raw`Bearer realm="say \"hi\\\", error=no"`, { realm: String.raw`say "hi\", error=no` }],
    ['Basic realm="a", Bearer realm="b", error="c"', { realm: 'b', error: 'c' }],
    ['Bearer realm="b", Basic realm="a"', { realm: 'b' }],
  ])('%s', (value, parameters) => {
    expect(bearerParameters(value)).toEqual(parameters);
  });
});
