// An introspection endpoint on loopback, in a process of its own: whoever measures must not be busy with it.
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AUDIENCE } from '../support/world.mjs';
import { GOOD } from './tokens.mjs';

const seen = { calls: 0, underWay: 0, greatestUnderWay: 0 };

process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message.type === 'start') return process.send({ url: await start(message) });
  process.send({ ...seen });
  if (message.type === 'restart counting') seen.greatestUnderWay = seen.underWay;
});

/** It takes its time, as one across a network does. */
async function start({ latencyMs, jwks }) {
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
  return `http://127.0.0.1:${server.address().port}`;
}

const goodAnswer = () => ({
  active: true,
  sub: 'alice',
  aud: AUDIENCE,
  client_id: 'app',
  scope: 'notes:read notes:write',
  exp: Math.floor(Date.now() / 1_000) + 3_600,
});
