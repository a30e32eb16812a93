// An application that trusts an issuer of JWTs and one of opaque tokens, in a process of its own.
import { AuthModule, JwtAuthGuard } from '../../dist/esm/index.js';
import { createApplication } from '../http/application.mjs';
import { settle } from '../support/settle.mjs';
import { AUDIENCE, ISSUER } from '../support/world.mjs';
import { bareAsker } from './bare-asker.mjs';

let requests = 0;

process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message.type === 'start') process.send({ port: await start(message) });
  else {
    const { user, system } = process.cpuUsage();
    process.send({ cpuMicroseconds: user + system, requests, atMs: performance.now() });
  }
});

async function start({ adapter, endpoint, maxAgeSeconds, isBare }) {
  const introspect = `${endpoint}/introspect`;
  const opaque = {
    issuer: 'https://opaque.example.com',
    audience: AUDIENCE,
    introspection: {
      endpoint: introspect,
      clientId: 'api',
      clientSecret: 'secret',
      maxAgeSeconds,
    },
  };
  const jwt = { issuer: ISSUER, audience: AUDIENCE, keys: { jwksUri: `${endpoint}/jwks` } };
  const module = AuthModule.forRoot({ issuers: [jwt, opaque] });
  const guard = isBare ? bareAsker(introspect) : JwtAuthGuard;
  const application = await createApplication({ module, guard }, adapter);
  await application.listen(0, '127.0.0.1');
  await settle();
  const server = application.getHttpServer();
  server.on('request', () => requests++);
  return server.address().port;
}
