import { describe, expect, it } from '@jest/globals';
import { TrustedIssuers } from 'nestjs-trusted-issuers';
import { eventually, expectAccepted, keyScene } from '../support/key-scene.js';
import { late, sendJson, stall } from '../support/steerable-key-server.js';

const scene = keyScene();

describe('Refresh ahead', () => {
  it('no request waits for a refresh, however slow the key server is', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const token = server.issuer.token({ expiresInSeconds: 7_200 });
    expectAccepted(await application.get('/notes', token));
    // It never answers: a request that waited would not be answered within the test.
    server.reply(stall);
    scene.clock.advance(479);
    expectAccepted(await application.get('/notes', token));
    expect(server.keyHits).toBe(1);
    scene.clock.advance(1);
    for (let i = 0; i < 50; i++) expectAccepted(await application.get('/notes', token));
    await eventually(() => expect(server.keyHits).toBe(2));
  });

  it('a slow refresh arrives in the background', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const token = server.issuer.token({ expiresInSeconds: 7_200 });
    expectAccepted(await application.get('/notes', token));
    server.reply(late(200, () => server.issuer.jwks));
    scene.clock.advance(500);
    expectAccepted(await application.get('/notes', token));
    const ageOf = () => application.app.get(TrustedIssuers).status()[0]?.ageSeconds;
    expect(ageOf()).toBe(500);
    await eventually(() => expect(ageOf()).toBe(0));
    expect(server.keyHits).toBe(2);
  });

  it('keys that were idle past the soft age serve at once and are fetched', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const token = server.issuer.token({ expiresInSeconds: 7_200 });
    expectAccepted(await application.get('/notes', token));
    scene.clock.advance(3_599);
    expectAccepted(await application.get('/notes', token));
    await eventually(() => expect(server.keyHits).toBe(2));
  });

  it('keys that were idle past the hard age don’t serve: the request waits for new ones', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] });
    const token = server.issuer.token({ expiresInSeconds: 7_200 });
    expectAccepted(await application.get('/notes', token));
    scene.clock.advance(3_600);
    await server.issuer.rotateKeys({ keepOld: false });
    expect((await application.get('/notes', token)).status).toBe(401);
    expect(server.keyHits).toBe(2);
  });

  const minutes = 60;
  it.each([
    ['nothing', {}, 480],
    ['an hour', { 'cache-control': 'public, max-age=3600' }, 48 * minutes],
    ['an hour, half of it gone', { 'cache-control': 'max-age=3600', age: '1800' }, 24 * minutes],
    ['38 days', { 'cache-control': 'max-age=3293198' }, 19.2 * 60 * minutes],
    ['15 seconds', { 'cache-control': 'max-age=15, stale-if-error=15' }, 48],
    ['not to store it', { 'cache-control': 'no-store, max-age=900' }, 48],
    ['an age beyond its own limit', { 'cache-control': 'max-age=900', age: '1000' }, 48],
    ['nonsense', { 'cache-control': 'max-age=soon' }, 480],
  ])('the server says %s: fetched again after %j at %d s', async (_name, headers, seconds) => {
    const server = await scene.keyServer();
    server.reply(sendJson(server.issuer.jwks, headers));
    const application = await scene.start({ issuers: [server.config()] });
    const token = server.issuer.token({ expiresInSeconds: 200_000 });
    expectAccepted(await application.get('/notes', token));
    scene.clock.advance(seconds - 1);
    expectAccepted(await application.get('/notes', token));
    expect(server.keyHits).toBe(1);
    scene.clock.advance(1);
    expectAccepted(await application.get('/notes', token));
    await eventually(() => expect(server.keyHits).toBe(2));
  });
});
