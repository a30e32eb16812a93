// What pages of another origin see of a refusal in Chromium.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** `undefined` where there is no browser; else its version, and its clients as in the table. */
export async function startBrowser() {
  if (!existsSync(executablePath)) return undefined;
  const site = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>page</title>');
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${site.address().port}/`);

  const byFetch = (url, token, method) =>
    page.evaluate(
      async ([address, bearer, verb]) => {
        const headers = { Authorization: `Bearer ${bearer}` };
        const response = await fetch(address, { method: verb, headers });
        const challenge = response.headers.get('www-authenticate');
        return { outcome: 'returned', status: response.status, challenge };
      },
      [url, token, method],
    );
  // It sets no headers, so that its token is in the query.
  const byEventSource = (url, token) =>
    page.evaluate(
      ([address, bearer]) =>
        new Promise((resolve) => {
          const source = new EventSource(`${address}&access_token=${bearer}`);
          source.addEventListener('error', () => {
            const state =
              source.readyState === EventSource.CLOSED ? 'closed for good' : 'connects again';
            resolve({ outcome: `\`error\`, ${state}`, status: undefined, challenge: null });
          });
        }),
      [url, token],
    );
  return {
    close: async () => {
      await browser.close();
      site.close();
    },
    version: browser.version(),
    clients: [
      ['`fetch` of Chromium, another origin', byFetch, '`null`: CORS hides it'],
      [
        'the same, `exposedHeaders`',
        (url, token, method) => byFetch(`${url}&exposed`, token, method),
        "`response.headers.get('www-authenticate')`",
      ],
      ['`EventSource` of Chromium', byEventSource, 'cannot be read, nor the status'],
    ],
  };
}
