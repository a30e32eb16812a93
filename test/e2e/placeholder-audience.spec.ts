import { describe, expect, it } from '@jest/globals';
import { AuthConfigurationError, TrustedIssuers } from 'nestjs-trusted-issuers';
import { ADAPTERS, startApplication } from '../support/application.js';
import { opened } from '../support/opened.js';

const MEANT = 'https://yourdomain.com';
const TERMS = { audience: ['notes-api', MEANT], allowPlaceholderAudience: MEANT };
const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
const TEMPLATE = 'https://login.example/{tenantid}/v2.0';

const { keep, issuer: makeIssuer } = opened();

describe.each(ADAPTERS)(
  'An audience that looks like a placeholder and is meant, on %s',
  (adapter) => {
    it('is accepted of a listed issuer, and no other', async () => {
      const issuer = await makeIssuer();
      const { get } = keep(
        await startApplication({ issuers: [{ ...issuer.config(), ...TERMS }] }, { adapter }),
      );
      for (const audience of [MEANT, 'notes-api', ['other', MEANT]])
        expect((await get('/notes', issuer.token({ audience }))).status).toBe(200);
      for (const audience of [
        `${MEANT}/`,
        'https://yourdomain',
        'YOUR_API',
        'https://YOURDOMAIN.com',
      ])
        expect((await get('/notes', issuer.token({ audience }))).json).toMatchObject({
          code: 'audience_invalid',
        });
    });

    it('is accepted of a tenant of a template', async () => {
      const issuer = await makeIssuer({ listen: false });
      const keys = {
        jwks: { keys: issuer.jwks.keys.map((key) => ({ ...key, issuer: TEMPLATE })) },
      };
      const template = { issuer: TEMPLATE, tenants: [TENANT], keys, ...TERMS };
      const { get } = keep(await startApplication({ issuers: [template] }, { adapter }));
      const claims = { iss: TEMPLATE.replace('{tenantid}', TENANT), tid: TENANT };
      expect((await get('/notes', issuer.token({ claims, audience: MEANT }))).status).toBe(200);
      expect(
        (await get('/notes', issuer.token({ claims, audience: 'YOUR_API' }))).json,
      ).toMatchObject({ code: 'audience_invalid' });
    });

    it('is accepted of an issuer that is resolved, or added, on the same terms', async () => {
      const [meant, mistaken, added] = [await makeIssuer(), await makeIssuer(), await makeIssuer()];
      const { app, get, log } = keep(
        await startApplication(
          {
            resolveIssuer: {
              origins: [meant.issuer, mistaken.issuer],
              resolve: (iss) =>
                iss === meant.issuer
                  ? { ...meant.config(), ...TERMS }
                  : { ...mistaken.config(), ...TERMS, allowPlaceholderAudience: 'YOUR_API' },
            },
          },
          { adapter },
        ),
      );
      expect((await get('/notes', meant.token({ audience: MEANT }))).status).toBe(200);
      expect((await get('/notes', mistaken.token({ audience: MEANT }))).status).toBe(503);
      expect(log.text('error')).toContain(`"YOUR_API" is not in audience of this issuer`);

      const issuers = app.get(TrustedIssuers);
      expect(() => issuers.add({ ...added.config(), audience: MEANT })).toThrow(
        AuthConfigurationError,
      );
      issuers.add({ ...added.config(), ...TERMS });
      expect((await get('/notes', added.token({ audience: MEANT }))).status).toBe(200);
    });
  },
);
