import { afterEach, describe, expect, it } from '@jest/globals';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication } from '../support/application.js';

const Original = globalThis.Promise;

describe.each(ADAPTERS)(
  'S42 another class in the place of Promise (zone.js, Bluebird), on %s',
  (adapter) => {
    afterEach(() => {
      globalThis.Promise = Original;
    });

    it('admits no client that is not admitted otherwise', async () => {
      const issuer = await createTestIssuer();
      const application = await startApplication({ issuers: [issuer.config()] }, { adapter });
      globalThis.Promise = class Another<T> extends Original<T> {};
      const tokens = { bad: [issuer.tamperedToken(), issuer.expiredToken()], good: issuer.token() };
      // The first waits for keys; the others are answered from what is there.
      for (const token of [...tokens.bad, ...tokens.bad])
        expect((await application.get('/notes', token)).status).toBe(401);
      for (let times = 0; times < 2; times++)
        expect((await application.get('/notes', tokens.good)).status).toBe(200);
      globalThis.Promise = Original;
      await application.close();
      await issuer.close();
    });
  },
);
