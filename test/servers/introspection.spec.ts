import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { IntrospectionConfig } from 'nestjs-trusted-issuers';
import {
  eventually,
  expectAccepted,
  expectRefused,
  expectUnavailable,
  keyScene,
} from '../support/key-scene.js';
import { type Glewlwyd, startGlewlwyd } from './support/glewlwyd.js';

const scene = keyScene();
const APP = { id: 'app', secret: 'app-secret-0123456789', scope: 'notes' };
const API = { id: 'api', secret: 'api-secret-0123456789', scope: 'introspect' };

/** Glewlwyd's tokens are JWTs, so it is asked about them in the mode `always`. */
describe('Glewlwyd', () => {
  let glewlwyd: Glewlwyd;
  beforeAll(async () => {
    glewlwyd = await startGlewlwyd([APP, API]);
  }, 30_000);
  afterAll(() => glewlwyd.server.close());

  const start = (introspection: Partial<IntrospectionConfig> = {}) =>
    scene.start({
      issuers: [
        {
          issuer: glewlwyd.issuer,
          audience: APP.scope,
          introspection: {
            ...{ clientId: API.id, clientSecret: API.secret, mode: 'always' },
            ...introspection,
          },
        },
      ],
    });

  it('says which of its tokens are active', async () => {
    const application = await start();
    const [kept, revoked] = [await glewlwyd.token(APP), await glewlwyd.token(APP)];
    for (const token of [kept, revoked])
      expect((await application.get('/notes/identity', token)).json).toMatchObject({
        ...{ issuer: glewlwyd.issuer, subject: 'app', clientId: 'app', scopes: ['notes'] },
      });
    await glewlwyd.revoke(revoked, APP);
    expectAccepted(await application.get('/notes', kept));
    expectRefused(await application.get('/notes', revoked), 'token_inactive');
  });

  it('signs its answers; of a token that is not active it says 400 instead', async () => {
    const application = await start({ signedAnswers: 'required' });
    const token = await glewlwyd.token(APP);
    expectAccepted(await application.get('/notes', token));
    await glewlwyd.revoke(token, APP);
    expectUnavailable(await application.get('/notes', token));
    expect(application.log.text('error')).toContain('answers with status 400');
  });

  it('without introspection a revoked token is good until it expires', async () => {
    const { issuer } = glewlwyd;
    const application = await scene.start({ issuers: [{ issuer, audience: APP.scope }] });
    const token = await glewlwyd.token(APP);
    await glewlwyd.revoke(token, APP);
    expectAccepted(await application.get('/notes', token));
  });

  it('refuses our credentials: a 503', async () => {
    const application = await start({ clientSecret: 'another' });
    expectUnavailable(await application.get('/notes', await glewlwyd.token(APP)));
    expect(application.log.text('error')).toContain('refuses the credentials of this API');
  });

  it('is killed and comes back: 503 meanwhile, and the same token is good again', async () => {
    const application = await start();
    const token = await glewlwyd.token(APP);
    expectAccepted(await application.get('/notes', token));
    await glewlwyd.server.kill();
    expectUnavailable(await application.get('/notes', token));
    await glewlwyd.server.start();
    await eventually(async () => {
      scene.clock.advance(1);
      expectAccepted(await application.get('/notes', token));
    });
  }, 30_000);
});
