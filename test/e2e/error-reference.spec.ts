import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { parseChallenge } from 'nestjs-trusted-issuers/client';
import { createHash } from 'node:crypto';
import { codesOfStatus } from '../../src/core/refusals/refusal-bodies.js';
import { REFUSALS } from '../../src/core/refusals/refusal-table.js';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import type { HttpAnswer } from '../support/http.js';

interface Topic {
  readonly topic: string;
  readonly path: string;
  readonly title: string;
  readonly synopsis: string;
  readonly body: string;
  readonly sections: { name: string; body: string }[];
  readonly see_also: string[];
  readonly stability: string;
  readonly actions: { code: string; retry: string; client: string; operator: string }[];
}

describe.each(ADAPTERS)('The error reference on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startApplication(
      { issuers: [issuer.config()], errorReference: { path: '/errors' }, guardEveryRoute: true },
      { adapter, configure: (app) => app.enableCors({ origin: ['https://a.example'] }) },
    );
  });
  afterAll(async () => {
    await Promise.all([application.close(), issuer.close()]);
  });

  const ask = (path: string, accept: string, to = application): Promise<HttpAnswer> =>
    to.call(path, { headers: [['Accept', accept]] });
  const topicOf = async (path: string): Promise<Topic> =>
    (await application.call(path)).json as Topic;

  it.each([
    ['UNAUTHORIZED', 401, '401 Unauthorized'],
    ['FORBIDDEN', 403, '403 Forbidden'],
    ['BAD_REQUEST', 400, '400 Bad Request'],
    ['UNAVAILABLE', 503, '503 Service Unavailable'],
  ])('%s has every member of a manual page, and every code of %i', async (name, status, stated) => {
    const answer = await application.call(`/errors/${name}`);
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'application/json; charset=utf-8',
    ]);
    const topic = answer.json as Topic;
    expect(Object.keys(topic)).toEqual([
      ...['topic', 'path', 'title', 'synopsis', 'body', 'sections', 'see_also', 'stability'],
      'actions',
    ]);
    expect(topic).toMatchObject({ topic: `errors.${name}`, path: `/errors/${name}` });
    expect(topic.stability).toBe('stable');
    expect(topic.synopsis).toContain(stated);
    expect(topic.synopsis).toMatch(/Retrying .*help/);
    expect(topic.sections.map((section) => section.name)).toEqual([
      ...['NAME', 'SYNOPSIS', 'DESCRIPTION', 'SEE ALSO'],
    ]);
    for (const section of topic.sections)
      expect(topic.body).toContain(`## ${section.name}\n\n${section.body}`);
    expect(topic.sections[1]?.body).toBe(topic.synopsis);
    expect(topic.actions.map(({ code }) => code)).toEqual(codesOfStatus(status));
    for (const { code, client, operator } of topic.actions) {
      expect(topic.body).toContain(`### \`${code}\``);
      expect(topic.body).toContain(client);
      expect(topic.body).toContain(operator);
    }
    expect(topic.see_also).toContain('errors');
    expect(topic.see_also).toHaveLength(4);
  });

  it('the index leads to every topic and names every code', async () => {
    const index = await topicOf('/errors');
    expect(index).toMatchObject({ topic: 'errors', path: '/errors' });
    expect(index.see_also).toHaveLength(4);
    for (const code of Object.keys(REFUSALS)) expect(index.body).toContain(`\`${code}\``);
    for (const [, path = ''] of index.body.matchAll(/\]\(([^)]+)\)/g))
      expect((await application.call(path)).status).toBe(200);
  });

  it('a code is looked up like a topic, in any case of letters', async () => {
    const expired = await topicOf('/errors/token_expired');
    expect(expired).toMatchObject({ topic: 'errors.token_expired', path: '/errors/token_expired' });
    expect(expired.synopsis).toBe(
      '401 Unauthorized. Retrying helps once, with a new access token.',
    );
    expect(expired.see_also).toEqual(['errors.UNAUTHORIZED', 'errors']);
    expect(await topicOf('/errors/unauthorized')).toEqual(await topicOf('/errors/UNAUTHORIZED'));
  });

  it.each(['NOPE', 'constructor', '__proto__', '%3Cscript%3E', 'token_expiredx'])(
    'an unknown topic (%s) is a 404 that says which there are',
    async (name) => {
      const answer = await application.call(`/errors/${name}`);
      expect(answer.status).toBe(404);
      expect(answer.json).toEqual({
        status: 404,
        error: 'Not Found',
        message: 'There is no such topic. A topic is named by a status or by a code.',
        topics: [
          '/errors',
          ...['UNAUTHORIZED', 'FORBIDDEN', 'BAD_REQUEST', 'UNAVAILABLE'].map(
            (topic) => `/errors/${topic}`,
          ),
        ],
      });
      for (const accept of ['text/html', 'text/markdown']) {
        const page = await ask(`/errors/${name}`, accept);
        expect(page.status).toBe(404);
        expect(page.text).toContain('/errors/UNAUTHORIZED');
        expect(page.text).not.toContain('script');
      }
    },
  );

  it('speaks Markdown when asked', async () => {
    const answer = await ask('/errors/UNAUTHORIZED', 'text/markdown');
    const { title, body } = await topicOf('/errors/UNAUTHORIZED');
    expect(answer.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(answer.text).toBe(`# ${title}\n\n${body}\n`);
  });

  it('gives a browser a page that runs nothing and loads nothing', async () => {
    const { headers, text } = await ask(
      '/errors/UNAUTHORIZED',
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    );
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['x-content-type-options']).toBe('nosniff');
    const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(style).toContain('color-scheme:light dark');
    expect(text).toContain('<html lang="en">');
    expect(text).toContain('name="viewport"');
    expect(text).not.toMatch(/<script|<img|<link| style=| on\w+=/);
    // No Markdown is left in it, and every element is closed.
    expect(text.replaceAll(/<pre>[^]*?<\/pre>/g, '')).not.toMatch(/`|\*\*|\]\(|^#|^- /m);
    for (const element of ['h1', 'h2', 'h3', 'p', 'ul', 'li', 'code', 'pre', 'strong', 'a'])
      expect(text.split(`<${element}`).length).toBeGreaterThan(1);
    for (const element of ['h1', 'h2', 'h3', 'ul', 'li', 'code', 'pre', 'strong', 'main', 'html'])
      expect(text.split(new RegExp(`<${element}[ >]`)).length).toBe(
        text.split(`</${element}>`).length,
      );
    for (const code of codesOfStatus(401)) expect(text).toContain(`<h3><code>${code}</code></h3>`);
    expect(text).toContain('<a href="/errors/FORBIDDEN">errors.FORBIDDEN</a>');
  });

  it.each([
    ['*/*', 'application/json'],
    ['text/*', 'text/markdown'],
    ['image/png', 'application/json'],
    ['text/html;q=0.5, application/json;q=0.4', 'text/html'],
    ['', 'application/json'],
  ])('Accept: %s gives %s', async (accept, type) => {
    const { headers } = await ask('/errors', accept);
    expect(headers['content-type']).toBe(`${type}; charset=utf-8`);
  });

  it('caches are told that Accept decides, beside Origin', async () => {
    const answer = await application.call('/errors', {
      headers: [['Origin', 'https://a.example']],
    });
    const vary = String(answer.headers['vary'])
      .split(/, */)
      .map((name) => name.toLowerCase());
    expect(vary.toSorted()).toEqual(['accept', 'origin']);
  });

  it('is open under guardEveryRoute, where everything else is not', async () => {
    expect((await application.call('/notes')).status).toBe(401);
    expect((await application.get('/errors', 'junk')).status).toBe(200);
  });

  // RFC 6750 section 3, `error_uri`.
  it('every challenge names its topic, which is there', async () => {
    const { challenge } = await application.get('/notes', issuer.expiredToken());
    expect(challenge).toBe(
      'Bearer realm="api", error="invalid_token", error_description="Access token expired", error_uri="/errors/UNAUTHORIZED"',
    );
    const [parsed] = parseChallenge(challenge);
    const page = await application.call(parsed?.parameters['error_uri'] ?? '');
    expect((page.json as Topic).topic).toBe('errors.UNAUTHORIZED');
    expect((await application.call('/notes')).challenge).toBe(
      'Bearer realm="api", error_uri="/errors/UNAUTHORIZED"',
    );
    const twice = await application.call('/notes', {
      headers: [
        ['Authorization', `Bearer ${issuer.token()}`],
        ['Authorization', `Bearer ${issuer.token()}`],
      ],
    });
    expect([twice.status, twice.challenge]).toEqual([
      400,
      'Bearer realm="api", error="invalid_request", error_description="More than one access token", error_uri="/errors/BAD_REQUEST"',
    ]);
    expect((await application.call('/notes')).json).toHaveProperty(
      'authenticateHint',
      'Bearer realm="api"',
    );
  });

  it.each(['v1/api', '/v1/api', '/v1/api/'])('is below the global prefix %s', async (prefix) => {
    const prefixed = await startApplication(
      { issuers: [issuer.config()], errorReference: {}, guardEveryRoute: true },
      { adapter, configure: (app) => app.setGlobalPrefix(prefix) },
    );
    const { challenge } = await prefixed.get('/v1/api/notes', issuer.expiredToken());
    expect(challenge).toContain('error_uri="/v1/api/errors/UNAUTHORIZED"');
    const page = await prefixed.call('/v1/api/errors/UNAUTHORIZED');
    expect(page.json).toMatchObject({ path: '/v1/api/errors/UNAUTHORIZED' });
    expect((await prefixed.call('/errors')).status).toBe(404);
    await prefixed.close();
  });

  it('a global prefix that no header can carry is written as in addresses', async () => {
    // Express compares paths as they are sent, Fastify as they are meant.
    const prefix = adapter === 'Express' ? encodeURI('апи') : 'апи';
    const prefixed = await startApplication(
      { issuers: [issuer.config()], errorReference: {} },
      { adapter, configure: (app) => app.setGlobalPrefix(prefix) },
    );
    const { status, challenge } = await prefixed.get(encodeURI('/апи/notes'), 'junk');
    expect([status, challenge]).toEqual([
      401,
      expect.stringContaining(`error_uri="${encodeURI('/апи/errors/UNAUTHORIZED')}"`),
    ]);
    await prefixed.close();
  });

  it('with a url the challenge has the whole address', async () => {
    const behindProxy = await startApplication(
      {
        issuers: [issuer.config()],
        errorReference: { path: '/help/refusals', url: 'https://api.example/v1/help/refusals' },
      },
      { adapter },
    );
    const { challenge } = await behindProxy.get('/notes', issuer.expiredToken());
    expect(challenge).toContain('error_uri="https://api.example/v1/help/refusals/UNAUTHORIZED"');
    expect((await behindProxy.call('/help/refusals/UNAUTHORIZED')).status).toBe(200);
    await behindProxy.close();
  });

  it('is not there unless it is configured', async () => {
    const without = await startApplication({ issuers: [issuer.config()] }, { adapter });
    expect((await without.call('/errors')).status).toBe(404);
    expect((await without.call('/notes')).challenge).toBe('Bearer realm="api"');
    await without.close();
  });
});
