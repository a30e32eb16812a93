import { describe, expect, it } from '@jest/globals';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS } from '../support/application.js';
import { expectAccepted, expectRefused, keyScene } from '../support/key-scene.js';
import { activeAnswer, IntrospectionServer } from '../support/introspection-server.js';

const scene = keyScene();

const asked = async (options: Parameters<typeof createTestIssuer>[0] = {}): Promise<TestIssuer> =>
  scene.closing(await createTestIssuer({ introspection: true, now: scene.clock.now, ...options }));
const endpoint = async (): Promise<IntrospectionServer> =>
  scene.closing(await IntrospectionServer.start());

describe.each(ADAPTERS)('Opaque tokens, on %s', (adapter) => {
  it('are good as long as their issuer says so', async () => {
    const issuer = await asked();
    const application = await scene.start({ issuers: [issuer.config()] }, { adapter });
    const token = issuer.opaqueToken({ subject: 'alice', scopes: ['notes:read'] });
    const answer = await application.get('/notes', token);
    expectAccepted(answer);
    expect(answer.json).toMatchObject({ issuer: issuer.issuer, subject: 'alice' });
    issuer.revoke(token);
    expectRefused(await application.get('/notes', token), 'token_inactive');
    expectRefused(await application.get('/notes', 'nobodys'), 'token_inactive');
    expectAccepted(await application.get('/notes', issuer.token()));
  });
});

describe('Opaque tokens', () => {
  it('are held against the same terms as JWTs', async () => {
    const server = await endpoint();
    const application = await scene.start({
      issuers: [
        server.config({ clientIds: ['app'], requiredClaims: { tier: ['gold', 'silver'] } }),
      ],
    });
    const outcome = async (more: object): Promise<string> => {
      const exp = scene.clock.now() / 1_000 + 600;
      server.answer(activeAnswer({ exp, tier: 'gold', ...more }));
      const { json, status } = await application.get('/notes', 'opaque');
      return status === 200 ? 'accepted' : String((json as { code: string }).code);
    };
    expect(await outcome({})).toBe('accepted');
    expect(await outcome({ iss: server.origin })).toBe('accepted');
    expect(await outcome({ iss: `${server.origin}/` })).toBe('issuer_untrusted');
    expect(await outcome({ iss: 5 })).toBe('issuer_untrusted');
    expect(await outcome({ aud: 'https://other.example' })).toBe('audience_invalid');
    expect(await outcome({ aud: undefined })).toBe('audience_invalid');
    expect(await outcome({ exp: undefined })).toBe('claims_invalid');
    expect(await outcome({ exp: '1900000000' })).toBe('claims_invalid');
    expect(await outcome({ exp: scene.clock.now() / 1_000 - 60 })).toBe('token_expired');
    expect(await outcome({ nbf: scene.clock.now() / 1_000 + 60 })).toBe('token_not_active');
    expect(await outcome({ client_id: 'another' })).toBe('claims_invalid');
    expect(await outcome({ tier: 'bronze' })).toBe('claims_invalid');
    expect(await outcome({ sub: undefined })).toBe('claims_invalid');
    expect(await outcome({ typ: 'Refresh' })).toBe('claims_invalid');
    expect(await outcome({ token_use: 'refresh_token' })).toBe('claims_invalid');
  });

  // RFC 7662 section 2.2.
  it('are active by the boolean alone', async () => {
    const server = await endpoint();
    for (const active of ['true', 1, 'false', null, undefined, [true], {}]) {
      const application = await scene.start({ issuers: [server.config()] });
      server.answer(activeAnswer({ active }));
      expect((await application.get('/notes', 'opaque')).status).toBe(503);
      server.answer({ active: false });
      expectRefused(await application.get('/notes', 'opaque'), 'token_inactive');
    }
  });
});
