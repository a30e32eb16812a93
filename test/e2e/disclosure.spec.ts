import { describe, expect, it } from '@jest/globals';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import { startApplication } from '../support/application.js';

describe('How much a refusal says', () => {
  it('minimal: every bad token looks the same, except an expired one', async () => {
    const issuer = await createTestIssuer();
    const application = await startApplication({
      issuers: [issuer.config()],
      disclosure: 'minimal',
      isRevoked: ({ tokenId }) => tokenId === 'revoked',
    });
    const folded = [
      'junk',
      issuer.tamperedToken(),
      issuer.token({ claims: { iss: 'https://other.example' } }),
      issuer.notYetValidToken(),
      issuer.token({ audience: 'other' }),
      issuer.token({ type: 'logout+jwt' }),
      issuer.token({ claims: { jti: 'revoked' } }),
    ];
    const answers = await Promise.all(folded.map((token) => application.get('/notes', token)));
    expect(new Set(answers.map(({ text }) => text))).toEqual(
      new Set([
        '{"status":401,"error":"Unauthorized","message":"Access token invalid","code":"token_invalid","authenticateHint":"Bearer realm=\\"api\\""}',
      ]),
    );
    expect(new Set(answers.map(({ challenge }) => challenge))).toEqual(
      new Set([
        'Bearer realm="api", error="invalid_token", error_description="Access token invalid"',
      ]),
    );
    expect((await application.get('/notes', issuer.expiredToken())).json).toMatchObject({
      code: 'token_expired',
    });
    expect(await application.get('/notes')).toBeUnauthorized('auth_required');
    expect(application.log.text('debug')).toContain('token_not_active: "nbf" lies in the future');
    await application.close();
    await issuer.close();
  });

  it('authenticateHint: auth_required leaves it out of every other body', async () => {
    const issuer = await createTestIssuer();
    const application = await startApplication({
      issuers: [issuer.config()],
      authenticateHint: 'auth_required',
    });
    expect((await application.get('/notes', issuer.expiredToken())).text).toBe(
      '{"status":401,"error":"Unauthorized","message":"Access token expired","code":"token_expired"}',
    );
    expect((await application.get('/notes')).json).toHaveProperty('authenticateHint');
    await application.close();
    await issuer.close();
  });

  it('no word of a token reaches body, header or log', async () => {
    const issuer = await createTestIssuer();
    const application = await startApplication({ issuers: [issuer.config()] });
    const secret = 'c0nf1dent1al';
    const marked = { subject: secret, claims: { marker: secret }, header: { kid: secret } };
    const tokens = [
      secret,
      `${secret}.${secret}.${secret}`,
      issuer.token({ ...marked, header: {} }),
      issuer.token(marked),
      issuer.tamperedToken(marked),
      issuer.expiredToken(marked),
      issuer.notYetValidToken(marked),
      issuer.token({ ...marked, audience: secret }),
      issuer.token({ ...marked, type: secret }),
      issuer.token({ ...marked, claims: { iss: `https://${secret}.example` } }),
      issuer.token({ ...marked, header: { alg: secret } }),
      issuer.token({ ...marked, header: { crit: [secret], [secret]: secret } }),
      issuer.sign({ alg: 'ES256' }, `{"${secret}`),
    ];
    for (const token of tokens) {
      const answer = await application.get('/notes/about-nothing', token);
      expect(answer.status).toBe(404);
      const refused = await application.get('/notes', token);
      const said = refused.text + JSON.stringify(refused.headers) + application.log.text();
      if (refused.status === 401) expect(said).not.toContain(secret);
      for (const segment of token.split('.'))
        if (segment !== '' && refused.status === 401) expect(said).not.toContain(segment);
    }
    await application.close();
    await issuer.close();
  });
});
