import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger, type INestApplication, type INestMicroservice } from '@nestjs/common';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { readdirSync } from 'node:fs';
import { readMarkdown, ROOT } from '../docs/markdown.js';
import { send, type HttpAnswer } from '../support/http.js';
import { answerOf, tcpClientOf } from '../support/microservice.js';
import { bearer, connect } from '../support/sockets.js';

const EXAMPLES = readdirSync(`${ROOT}examples`).filter((name) => name.endsWith('.ts'));

let issuer: TestIssuer;
let neighbour: TestIssuer;
const running: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  Logger.overrideLogger(false);
  issuer = await createTestIssuer({ path: '/acme' });
  neighbour = await createTestIssuer({ path: '/globex' });
  process.env['ISSUER'] = issuer.issuer;
  process.env['ISSUERS'] = `${issuer.issuer},${neighbour.issuer}`;
  process.env['PORT'] = '0';
});
afterAll(async () => {
  await Promise.all(running.map((application) => application.close()));
  await issuer.close();
  await neighbour.close();
});

/** Runs an example as it is, and hands over what it started. */
async function run<Application extends INestMicroservice | INestApplication>(
  name: string,
): Promise<Application> {
  const { running: started } = (await import(`${ROOT}examples/${name}`)) as {
    running: Promise<Application>;
  };
  const application = await started;
  running.push(application);
  return application;
}

/** Starts one that serves HTTP, and asks it, with and without a token. */
async function runHttp(name: string) {
  const app = await run<INestApplication>(name);
  const url = await app.getUrl();
  const ask = (path: string, token?: string, method = 'GET', body?: string): Promise<HttpAnswer> =>
    send(url + path, {
      method,
      headers: [
        ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
        ...(token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const]),
      ],
      ...(body === undefined ? {} : { body }),
    });
  return { url, ask };
}

describe('Examples', () => {
  it('are six, which their README lists', () => {
    const listed = [...readMarkdown('examples/README.md').matchAll(/^\| \[(\w+\.ts)\]/gm)];
    expect(listed.map(([, name]) => name).toSorted()).toEqual(EXAMPLES.toSorted());
    expect(EXAMPLES).toHaveLength(6);
  });

  it.each(EXAMPLES)('%s has at most 60 lines, and needs no other file', (name) => {
    const text = readMarkdown(`examples/${name}`);
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
    expect(text).not.toMatch(/from '\./);
  });

  it('are not in the package', () => {
    const { files } = JSON.parse(readMarkdown('package.json')) as { files: string[] };
    expect(files.filter((pattern) => /^(\*|\.\/?$|examples)/.test(pattern))).toEqual([]);
  });

  it('express.ts', async () => {
    const { ask } = await runHttp('express.ts');
    const answer = await ask('/notes', issuer.token());
    expect(answer.json).toEqual({ caller: 'alice', of: issuer.issuer });
    expect(answer.status).toBe(200);
    expect((await ask('/notes/about')).status).toBe(200);
    expect((await ask('/notes')).status).toBe(401);
  });

  it('fastify.ts', async () => {
    const { ask } = await runHttp('fastify.ts');
    expect((await ask('/notes', issuer.token())).status).toBe(200);
    expect((await ask('/notes')).status).toBe(401);
    expect((await ask('/notes', issuer.token(), 'POST', '{}')).status).toBe(403);
    const writer = issuer.token({ scopes: ['notes:write'] });
    expect((await ask('/notes', writer, 'POST', '{}')).json).toEqual({
      by: `${issuer.issuer}|alice`,
    });
    expect((await ask('/notes/greeting')).json).toEqual({ hello: 'stranger' });
  });

  it('graphql.ts', async () => {
    const { ask } = await runHttp('graphql.ts');
    const query = (text: string, token?: string): Promise<HttpAnswer> =>
      ask('/graphql', token, 'POST', JSON.stringify({ query: text }));
    const answer = await query('{ notes about }', issuer.token());
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ data: { notes: ['a note of alice'], about: 'notes' } });
    const refused = await query('{ notes }');
    expect(refused.status).toBe(401);
    expect(refused.json).toMatchObject({ errors: [{ extensions: { code: 'auth_required' } }] });
  });

  it('websocket.ts', async () => {
    const { url } = await runHttp('websocket.ts');
    const socket = await connect(
      'socket.io',
      url,
      bearer(issuer.token({ scopes: ['chat:write'] })),
    );
    expect(await socket.next('here')).toBe('alice');
    socket.send('say', 'hello');
    expect(await socket.next('said')).toBe('alice: hello');
    await socket.close();
    const stranger = await connect('socket.io', url);
    expect(await stranger.next('connect_error')).toMatchObject({ status: 401 });
  });

  it('microservice.ts', async () => {
    const client = tcpClientOf(await run<INestMicroservice>('microservice.ts'));
    const take = (authorization?: string): Promise<unknown> =>
      answerOf(client.send('jobs.take', { job: 'sweep', authorization }));
    const token = issuer.token({ scopes: ['jobs:write'] });
    expect(await take(`Bearer ${token}`)).toBe('alice takes sweep');
    expect(await take()).toMatchObject({ refused: { status: 401, code: 'auth_required' } });
    client.close();
  });

  it('tenants.ts', async () => {
    const { ask } = await runHttp('tenants.ts');
    expect((await ask('/notes', issuer.token(), 'POST')).status).toBe(201);
    const answer = await ask('/notes', issuer.token());
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual(['a note of alice']);
    expect((await ask('/notes', neighbour.token())).json).toEqual([]);
    const stranger = await createTestIssuer();
    const refused = await ask('/notes', stranger.token());
    await stranger.close();
    expect(refused.status).toBe(401);
    expect(refused.json).toMatchObject({ code: 'issuer_untrusted' });
  });
});
