import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { type HttpFetch, TrustedIssuers, type TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import type { TestApplication } from '../support/application.js';
import {
  type Answered,
  activeAnswer,
  IntrospectionServer,
} from '../support/introspection-server.js';
import {
  expectAccepted,
  expectRefused,
  expectUnavailable,
  keyScene,
} from '../support/key-scene.js';
import {
  drip,
  drop,
  fail,
  flood,
  stall,
  tooLong,
  tooLongUnpacked,
} from '../support/steerable-key-server.js';

const scene = keyScene();

const good = (): object => activeAnswer({ exp: scene.clock.now() / 1_000 + 6_000 });

async function serverAndApplication(
  more: Partial<TrustedIssuerConfig> = {},
): Promise<{ server: IntrospectionServer; application: TestApplication }> {
  const server = scene.closing(await IntrospectionServer.start());
  server.answerWith(good);
  const application = await scene.start({
    issuers: [server.config({ http: { timeoutMs: 300 }, ...more })],
  });
  return { server, application };
}

const errorsOf = ({ log }: TestApplication): readonly string[] =>
  log.lines
    .filter(({ level, text }) => level === 'error' && text.includes('cannot introspect'))
    .map(({ text }) => text);

const statusOf = ({ app }: TestApplication) => app.get(TrustedIssuers).status()[0]?.introspection;

const html: Answered = (_request, response) =>
  void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>yes</html>');

/** The first chunk alone, and the error that Node's streams make of the rest. */
const withoutItsEnd: HttpFetch = async (url, init) => {
  const { status, headers, body } = await fetch(url, init);
  const begun = Readable.from(body ?? []).on('data', () => begun.destroy());
  return { status, headers, body: begun };
};

describe('An endpoint that can’t be used', () => {
  it.each<readonly [what: string, answered: Answered]>([
    ['refuses the connection in the middle', drop],
    ['does not answer', stall],
    ['drips', drip(5_000, good)],
    ['refuses our credentials', fail(401)],
    ['forbids us to ask', fail(403)],
    [
      'refuses our credentials with 400',
      (_request, response) =>
        void response.writeHead(400).end(JSON.stringify({ error: 'invalid_client' })),
    ],
  ])('at once no request asks for a while: it %s', async (_what, answered) => {
    const { server, application } = await serverAndApplication();
    server.answer(answered);
    expectUnavailable(await application.get('/notes', 'opaque'), 1, 1);
    server.answerWith(good);
    for (let i = 0; i < 10; i++)
      expectUnavailable(await application.get('/notes', `opaque${i}`), 1, 1);
    expect(server.questions).toHaveLength(1);
    expect(statusOf(application)?.state).toBe('unavailable');
    expect(errorsOf(application)).toEqual([
      expect.stringContaining(`cannot introspect tokens of ${server.origin}: `),
    ]);
    scene.clock.advance(1);
    expectAccepted(await application.get('/notes', 'opaque'));
    expect(statusOf(application)?.state).toBe('available');
    expect(application.log.text('log')).toContain(
      `the tokens of ${server.origin} can be introspected again`,
    );
  });

  it.each<readonly [what: string, answered: Answered]>([
    ['fails', fail(500)],
    ['is overloaded', fail(429)],
    ['has nothing there', fail(404)],
    ['says that the request is bad', fail(400)],
    ['answers with HTML', html],
    ['answers with a list', [{ active: true }]],
    ['answers with null', null],
    ['answers with a number', 1],
    ['answers with text', '"active"'],
    ['says "true" as a text', activeAnswer({ active: 'true' })],
    ['answers with more than it may', tooLong(good)],
    ['answers with more than it may, compressed', tooLongUnpacked(good)],
    ['answers without end', flood(100_000_000)],
    [
      'has content but no success',
      (_request, response) => void response.writeHead(206).end(JSON.stringify(good())),
    ],
    [
      'answers in another character set',
      (_request, response) => void response.end(Buffer.from([0x7b, 0xff, 0x7d])),
    ],
  ])('after three in a row no request asks for a while: it %s', async (_what, answered) => {
    const { server, application } = await serverAndApplication();
    server.answer(answered);
    for (let i = 0; i < 3; i++)
      expectUnavailable(await application.get('/notes', `opaque${i}`), 1, 1);
    expect(server.questions).toHaveLength(3);
    server.answerWith(good);
    expectUnavailable(await application.get('/notes', 'opaque'), 1, 1);
    expect(server.questions).toHaveLength(3);
    expect(errorsOf(application)).toHaveLength(1);
    scene.clock.advance(1);
    expectAccepted(await application.get('/notes', 'opaque'));
  });

  it.each<readonly [client: string, fetch: HttpFetch | undefined]>([
    ['its own client', undefined],
    ['fetch', (url, init) => fetch(url, init)],
    ['a fetch like node-fetch', withoutItsEnd],
  ])('breaks off in the middle of an answer: an outage for %s', async (_client, fetch) => {
    const http = { timeoutMs: 5_000, ...(fetch && { fetch }) };
    const server = scene.closing(await IntrospectionServer.start());
    const application = await scene.start({ issuers: [server.config({ http })] });
    server.answer(({ socket }, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{');
      socket.end();
    });
    for (let i = 0; i < 2; i++)
      expectUnavailable(await application.get('/notes', `opaque${i}`), 1, 1);
    expect(server.questions).toHaveLength(1);
  });

  it('two answers of no use concern their tokens alone', async () => {
    const { server, application } = await serverAndApplication();
    for (let i = 0; i < 5; i++) {
      server.answer(html);
      expectUnavailable(await application.get('/notes', 'one'));
      expectUnavailable(await application.get('/notes', 'another'));
      server.answerWith(good);
      expectAccepted(await application.get('/notes', 'third'));
      expect(statusOf(application)?.state).toBe('available');
    }
    // A client that can cause them fills no log.
    expect(errorsOf(application)).toHaveLength(1);
  });

  it('inactive, then active: nothing is remembered of either', async () => {
    const { server, application } = await serverAndApplication();
    for (const active of [false, true, false, true]) {
      server.answerWith(() => (active ? good() : { active }));
      const answer = await application.get('/notes', 'opaque');
      if (active) expectAccepted(answer);
      else expectRefused(answer, 'token_inactive');
    }
  });

  it('says yes to everything: the terms hold all the same', async () => {
    const { server, application } = await serverAndApplication();
    server.answer({ active: true, sub: 'mallory' });
    expect((await application.get('/notes', 'opaque')).status).toBe(401);
    expectRefused(await application.get('/notes', 'null'), 'token_malformed');
  });

  it('a good answer is taken however it is nested, or refused without harm', async () => {
    const { server, application } = await serverAndApplication();
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    const text = JSON.stringify(good()).replace('{', `{"deep":${deep},`);
    server.answer((_request, response) => void response.end(text));
    expectRefused(await application.get('/notes', 'opaque'), 'claims_invalid');
    server.answer((_request, response) => void response.end('{"__proto__":{"active":true}}'));
    expectUnavailable(await application.get('/notes', 'opaque'));
    server.answerWith(good);
    expectAccepted(await application.get('/notes', 'opaque'));
  });

  it('lengthens its pause from 1 to 30 s, and one request finds out whether it is over', async () => {
    const { server, application } = await serverAndApplication();
    server.answer(fail(401));
    for (let failures = 1; failures <= 6; failures++) {
      expectUnavailable(await application.get('/notes', 'opaque'));
      expect(server.questions).toHaveLength(failures);
      scene.clock.advance(30);
    }
    server.answer(stall);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => application.get('/notes', `opaque${at}`)),
    );
    for (const answer of answers) expectUnavailable(answer);
    expect(server.questions).toHaveLength(7);
    expectUnavailable(await application.get('/notes', 'opaque'), 24, 30);
  });

  it('many calls that fail together lengthen the pause once', async () => {
    const { server, application } = await serverAndApplication();
    server.answer(stall);
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => application.get('/notes', `opaque${at}`)),
    );
    expect(server.questions).toHaveLength(20);
    expectUnavailable(await application.get('/notes', 'opaque'), 1, 1);
  });

  it('leaves other issuers, and JWTs of its own, alone', async () => {
    const issuer = scene.closing(
      await createTestIssuer({ introspection: true, now: scene.clock.now }),
    );
    const other = scene.closing(await IntrospectionServer.start());
    other.answerWith(good);
    const application = await scene.start({
      issuers: [issuer.config(), other.config({ introspection: { tokenPrefix: 'other_' } })],
    });
    const [opaque, jwt] = [issuer.opaqueToken(), issuer.token()];
    expectAccepted(await application.get('/notes', opaque));
    expectAccepted(await application.get('/notes', jwt));
    issuer.goDown('drop');
    expectUnavailable(await application.get('/notes', opaque));
    expectAccepted(await application.get('/notes', jwt));
    expectAccepted(await application.get('/notes', 'other_1'));
  });

  it('a function of the application that fails or gives nonsense is a 503', async () => {
    for (const bearerToken of [
      () => Promise.reject(new Error('no')),
      () => '',
      () => 'two words',
      () => 5 as unknown as string,
      () => new Promise<never>(() => {}),
    ]) {
      const server = scene.closing(await IntrospectionServer.start());
      const { issuer, audience } = server.config();
      const introspection = { endpoint: server.endpoint, bearerToken };
      const application = await scene.start({
        issuers: [
          { issuer, ...(audience && { audience }), introspection, http: { timeoutMs: 100 } },
        ],
      });
      expectUnavailable(await application.get('/notes', 'opaque'));
      expect(server.questions).toEqual([]);
      expect(errorsOf(application)).toHaveLength(1);
    }
  });

  it('tokens, secrets and what was answered are in no log, event or status', async () => {
    const told: unknown[] = [];
    const server = scene.closing(await IntrospectionServer.start());
    const note = (event: unknown): void => void told.push(event);
    const application = await scene.start({
      issuers: [server.config({ http: { timeoutMs: 300 } })],
      observer: { introspectionFailed: note, tokenIntrospected: note, refused: note },
    });
    const secret = 'the+secret+of+this+API';
    const echoes: Answered[] = [
      (request, response) =>
        void response
          .writeHead(400, { 'www-authenticate': String(request.headers['authorization']) })
          .end(`opaqueTokenOfAlice ${secret}`),
      (_request, response) => void response.end(`opaqueTokenOfAlice ${secret}`),
      { active: `opaqueTokenOfAlice ${secret}` },
      (_request, response) =>
        void response.writeHead(302, { location: '/opaqueTokenOfAlice' }).end(),
      activeAnswer({ aud: 'opaqueTokenOfAlice', iss: secret }),
      { active: false, reason: secret },
    ];
    for (const echo of echoes) {
      server.answer(echo);
      scene.clock.advance(60);
      const { status } = await application.get('/notes', 'opaqueTokenOfAlice');
      expect([401, 503]).toContain(status);
    }
    expect(told.length).toBeGreaterThanOrEqual(2 * echoes.length);
    const status = application.app.get(TrustedIssuers).status();
    const all = JSON.stringify([told, status]) + application.log.text();
    expect(all).not.toMatch(/opaqueTokenOfAlice|the.secret.of.this|Basic/);
  });
});

describe('Calls under way', () => {
  it('one for a token at a time, whatever the concurrency', async () => {
    const { server, application } = await serverAndApplication({ http: { timeoutMs: 20_000 } });
    let letGo = (): void => {};
    const gone = new Promise<void>((resolve) => (letGo = resolve));
    server.answerWith(async () => {
      await gone;
      return good();
    });
    const calls = Array.from({ length: 1_000 }, () => application.get('/notes', 'opaque'));
    // All of them have arrived when one that asks for no token has.
    await application.get('/notes');
    setTimeout(letGo, 500);
    for (const answer of await Promise.all(calls)) expectAccepted(answer);
    expect(server.questions).toHaveLength(1);
  }, 60_000);

  it('no more than maxConcurrent for an issuer; others are unharmed', async () => {
    const server = scene.closing(await IntrospectionServer.start());
    const other = scene.closing(await IntrospectionServer.start());
    other.answerWith(good);
    const jwt = scene.closing(await createTestIssuer({ now: scene.clock.now }));
    const application = await scene.start({
      issuers: [
        server.config({ introspection: { maxConcurrent: 5 }, http: { timeoutMs: 20_000 } }),
        other.config({ introspection: { tokenPrefix: 'other_' } }),
        jwt.config(),
      ],
    });
    const waiting: (() => void)[] = [];
    server.answerWith(async () => {
      await new Promise<void>((resolve) => void waiting.push(resolve));
      return good();
    });
    const calls = Array.from({ length: 30 }, (_, at) => application.get('/notes', `token${at}`));
    expectUnavailable(await Promise.any(calls), 1, 1);
    expectAccepted(await application.get('/notes', 'other_1'));
    expectAccepted(await application.get('/notes', jwt.token()));
    const poll = setInterval(() => waiting.splice(0).forEach((go) => go()), 20);
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    clearInterval(poll);
    expect(server.greatestUnderWay).toBe(5);
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThanOrEqual(1);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(5);
    // It is no outage.
    expectStateAvailable(application);
    expect(application.log.text('warn')).toContain('5 introspections of');
    expect(errorsOf(application)).toEqual([]);
  });
});

function expectStateAvailable(application: TestApplication): void {
  expect(statusOf(application)).toMatchObject({ state: 'available', underWay: 0 });
}
