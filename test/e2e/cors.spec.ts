import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { appModuleTrusting } from '../../sample-app/src/app.module.js';
import { CORS } from '../../sample-app/src/cors.js';
import { ADAPTERS, startModule, type TestApplication } from '../support/application.js';
import type { HttpAnswer, HttpCall } from '../support/http.js';

const ORIGIN = ['Origin', 'https://app.example'] as const;

describe.each(ADAPTERS)(
  'The sample app, called by a browser from another origin, on %s',
  (adapter) => {
    let issuer: TestIssuer;
    let dead: TestIssuer;
    let other: TestIssuer;
    let application: TestApplication;
    beforeAll(async () => {
      issuer = await createTestIssuer({ audience: 'https://api.example.com' });
      dead = await createTestIssuer({ algorithm: 'ES256', audience: 'https://api.example.com' });
      other = await createTestIssuer({ algorithm: 'EdDSA' });
      application = await startModule({
        adapter,
        imports: [appModuleTrusting({ oidc: issuer, es256: dead, eddsa: other })],
        configure: (app) => app.enableCors(CORS),
      });
    });
    afterAll(async () => {
      await application.close();
      await issuer.close();
      await other.close();
    });

    const from = (call: HttpCall): Promise<HttpAnswer> =>
      application.call('/notes', { ...call, headers: [ORIGIN, ...(call.headers ?? [])] });
    const get = (token: string): Promise<HttpAnswer> =>
      from({ headers: [['Authorization', `Bearer ${token}`]] });

    it('the preflight asks for no token and lets the Authorization header pass', async () => {
      const preflight = await from({
        method: 'OPTIONS',
        headers: [
          ['Access-Control-Request-Method', 'GET'],
          ['Access-Control-Request-Headers', 'authorization'],
        ],
      });
      expect(preflight.status).toBe(204);
      expect(preflight.challenge).toBeUndefined();
      expect(preflight.headers['access-control-allow-origin']).toBe('*');
      expect(preflight.headers['access-control-allow-methods']).toContain('GET');
      expect(preflight.headers['access-control-allow-headers']).toBe('authorization');
    });

    it('a refusal’s challenge and body can be read', async () => {
      for (const answer of [await from({}), await get(issuer.expiredToken())]) {
        expect(answer.status).toBe(401);
        expect(answer.challenge).toMatch(/^Bearer realm="api"/);
        expect(answer.headers['access-control-allow-origin']).toBe('*');
        expect(exposed(answer)).toContain('WWW-Authenticate');
      }
    });

    it('so can when to come back after a 503', async () => {
      await dead.close();
      const answer = await get(dead.token());
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toMatch(/^\d+$/);
      expect(answer.headers['access-control-allow-origin']).toBe('*');
      expect(exposed(answer)).toContain('Retry-After');
    });

    function exposed({ headers }: HttpAnswer): string[] {
      return String(headers['access-control-expose-headers']).split(/, ?/);
    }
  },
);
