import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AUDIENCE } from '../support/world.mjs';

/** Tokens that begin so are good. */
export const GOOD = 'good_';

/**
 * An introspection endpoint on loopback, which takes its time as one across a network does.
 *
 * @param {{ latencyMs: number, jwks: object }} options
 */
export async function startEndpoint({ latencyMs, jwks }) {
  const seen = { calls: 0, underWay: 0, greatestUnderWay: 0 };
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') return response.end(JSON.stringify(jwks));
    seen.calls++;
    seen.greatestUnderWay = Math.max(seen.greatestUnderWay, ++seen.underWay);
    let body = '';
    for await (const chunk of request) body += chunk;
    await delay(latencyMs);
    seen.underWay--;
    const token = new URLSearchParams(body).get('token') ?? '';
    response.end(JSON.stringify(token.startsWith(GOOD) ? goodAnswer() : { active: false }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    seen,
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const goodAnswer = () => ({
  active: true,
  sub: 'alice',
  aud: AUDIENCE,
  client_id: 'app',
  scope: 'notes:read notes:write',
  exp: Math.floor(Date.now() / 1_000) + 3_600,
});
