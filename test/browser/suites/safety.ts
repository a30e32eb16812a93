import { expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Suite } from './suite.js';

const FILES = [
  '/',
  '/main.js',
  '/styles.css',
  '/answer.css',
  '/client/index.js',
  '/client/chunks/bodies.js',
];
const CONTROLS = [
  ['POST', '/console/tokens'],
  ['POST', '/console/issuers/es256/take-down'],
  ['POST', '/console/logout'],
  ['GET', '/console/traces/any'],
  ['GET', '/console/login'],
  ['GET', '/console/live'],
] as const;

/** The page is an example, so it is served as one should be; its controls are the page's alone. */
export const safety: Suite = (scene) => {
  it.each(FILES)('%s comes with a policy that lets nothing in from elsewhere', async (file) => {
    const { headers } = await fetch(scene().url + file);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
    expect(policy).not.toContain('unsafe');
    // The API by the name that proofs use, oidc-provider, and the second process.
    expect(policy).toMatch(/connect-src 'self'(?: http:\/\/127\.0\.0\.1:\d+){3};/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('has no script or style in the markup', async () => {
    const html = await (await fetch(scene().url)).text();
    expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  it.each(CONTROLS)('%s %s is refused to all callers except the page', async (method, path) => {
    const { url } = scene();
    const strangers: Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': 'same-origin', host: 'attacker.example' },
    ];
    for (const headers of strangers) expect(await statusOf(url + path, method, headers)).toBe(403);
  });

  it('a page of another origin gets nothing, not even in the same browser', async () => {
    const { context, url } = scene();
    const page = await context.newPage();
    const stranger = createServer((_, response) => response.end('<title>stranger</title>'));
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    try {
      await page.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}`);
      const status = await page.evaluate(async (target) => {
        const response = await fetch(target, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ issuer: 'es256', shape: 'valid' }),
        });
        return response.status;
      }, `${url}/console/tokens`);
      expect(status).toBe(403);
    } finally {
      await page.close();
      stranger.closeAllConnections();
      stranger.close();
    }
  });

  it('what is no issuer, no shape, no action is a bad request', async () => {
    const { url } = scene();
    const headers = { 'sec-fetch-site': 'same-origin' };
    expect(await statusOf(`${url}/console/tokens`, 'POST', headers)).toBe(400);
    expect(await statusOf(`${url}/console/issuers/nobody/take-down`, 'POST', headers)).toBe(400);
    expect(await statusOf(`${url}/console/issuers/es256/explode`, 'POST', headers)).toBe(400);
    expect(await statusOf(`${url}/console/traces/unknown`, 'GET', headers)).toBe(404);
  });
};

/** By node:http, which sends the host it is told. */
async function statusOf(
  url: string,
  method: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  const sent = request(url, { method, headers }).end();
  const [response] = (await once(sent, 'response')) as [{ statusCode?: number; destroy(): void }];
  response.destroy();
  return response.statusCode;
}
