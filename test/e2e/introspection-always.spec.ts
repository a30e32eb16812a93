import { describe, expect, it } from '@jest/globals';
import { TrustedIssuers, type TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import type { TestApplication } from '../support/application.js';
import { activeAnswer, IntrospectionServer } from '../support/introspection-server.js';
import {
  expectAccepted,
  expectRefused,
  expectUnavailable,
  keyScene,
} from '../support/key-scene.js';

const scene = keyScene();

interface Scene {
  readonly issuer: TestIssuer;
  readonly server: IntrospectionServer;
  readonly application: TestApplication;
}

/** Signs and publishes keys in one place, and answers introspection in another that a test steers. */
async function always(more: Partial<TrustedIssuerConfig> = {}): Promise<Scene> {
  const issuer = scene.closing(await createTestIssuer({ now: scene.clock.now }));
  const server = scene.closing(await IntrospectionServer.start());
  const introspection = { ...server.config().introspection, mode: 'always', ...more.introspection };
  const application = await scene.start({
    issuers: [issuer.config({ ...more, introspection } as Partial<TrustedIssuerConfig>)],
  });
  return { issuer, server, application };
}

const WITHOUT = { sub: undefined, aud: undefined, client_id: undefined };

describe('The mode always', () => {
  it('asks about every JWT, after it was verified', async () => {
    const { issuer, server, application } = await always();
    server.answer({ active: true });
    const token = issuer.token();
    for (let i = 0; i < 2; i++) expectAccepted(await application.get('/notes', token));
    expect(server.questions.map(({ form }) => form.get('token'))).toEqual([token, token]);
    server.answer({ active: false });
    expectRefused(await application.get('/notes', token), 'token_inactive');
  });

  it('asks about none that fails form, issuer, header, key, signature or times', async () => {
    const { issuer, server, application } = await always();
    server.answer({ active: true });
    const stranger = scene.closing(await createTestIssuer({ now: scene.clock.now }));
    for (const [token, code] of [
      [issuer.tamperedToken(), 'signature_invalid'],
      [issuer.expiredToken(), 'token_expired'],
      [issuer.notYetValidToken(), 'token_not_active'],
      [issuer.token({ claims: { exp: undefined } }), 'claims_invalid'],
      [issuer.token({ type: 'logout+jwt' }), 'claims_invalid'],
      [issuer.token({ header: { alg: 'none' } }), 'signature_invalid'],
      [issuer.token({ kid: 'unknown' }), 'signature_invalid'],
      [stranger.token(), 'issuer_untrusted'],
      [`${issuer.token()}=`, 'token_malformed'],
    ] as const)
      expectRefused(await application.get('/notes', token), code);
    expect(server.questions).toEqual([]);
  });

  it('takes what a lightweight token leaves out from the answer', async () => {
    const { issuer, server, application } = await always({ clientIds: ['app'] });
    const token = issuer.token({ claims: WITHOUT });
    server.answer(activeAnswer({ exp: undefined, scope: 'notes:read' }));
    const answer = await application.get('/notes', token);
    expectAccepted(answer);
    expect(answer.json).toMatchObject({ issuer: issuer.issuer, subject: 'alice' });
    server.answer(activeAnswer({ exp: undefined, client_id: 'another' }));
    expectRefused(await application.get('/notes', token), 'claims_invalid');
    server.answer(activeAnswer({ exp: undefined, aud: 'https://other.example' }));
    expectRefused(await application.get('/notes', token), 'audience_invalid');
    server.answer({ active: true });
    expectRefused(await application.get('/notes', token), 'audience_invalid');
  });

  it('takes what the answer leaves out from the token', async () => {
    const { issuer, server, application } = await always({ requiredClaims: { tier: 'gold' } });
    server.answer({ active: true, tier: 'gold' });
    expectAccepted(await application.get('/notes', issuer.token()));
    server.answer({ active: true });
    expectAccepted(await application.get('/notes', issuer.token({ claims: { tier: 'gold' } })));
    expectRefused(await application.get('/notes', issuer.token()), 'claims_invalid');
  });

  it.each<readonly [name: string, members: object]>([
    ['sub', { sub: 'mallory' }],
    ['iss', { iss: 'https://other.example' }],
    ['exp', { exp: 5 }],
    ['aud', { aud: ['https://api.example.com', 'another'] }],
    ['scope', { scope: 'notes:read notes:write' }],
    ['cnf', { cnf: { jkt: 'another' } }],
    ['nested', { nested: { a: [1, 2] } }],
  ])('a member that both have with different values is a 503: %s', async (name, members) => {
    const { issuer, server, application } = await always();
    const claims = { scope: 'notes:read', nested: { a: [1] }, cnf: { jkt: 'one' } };
    const token = issuer.token({ claims });
    server.answer({ active: true, ...members });
    for (let i = 0; i < 5; i++) expectUnavailable(await application.get('/notes', token));
    const lines = application.log.lines.filter(
      ({ level, text }) => level === 'error' && text.includes('contradicts'),
    );
    expect(lines.map(({ text }) => text)).toEqual([expect.stringContaining(`in ${name}: `)]);
    // The server is not down: other tokens are answered.
    server.answer({ active: true });
    expectAccepted(await application.get('/notes', issuer.token()));
  });

  it('one value in two forms is no contradiction', async () => {
    const { issuer, server, application } = await always();
    const aud = ['https://api.example.com', 'another'];
    const token = issuer.token({ audience: aud, scopes: ['a', 'b'] });
    server.answer({ active: true, aud: aud.toReversed(), scope: 'b a', sub: 'alice' });
    expectAccepted(await application.get('/notes', token));
    server.answer({ active: true, aud: ['https://api.example.com'] });
    expectAccepted(await application.get('/notes', issuer.token()));
  });

  it('remembers where that is configured, while the key holds', async () => {
    const { issuer, server, application } = await always({ introspection: { maxAgeSeconds: 300 } });
    server.answer({ active: true });
    const token = issuer.token();
    for (let i = 0; i < 3; i++) expectAccepted(await application.get('/notes', token));
    expect(server.questions).toHaveLength(1);
    const inactive = issuer.token();
    server.answer({ active: false });
    for (let i = 0; i < 3; i++)
      expectRefused(await application.get('/notes', inactive), 'token_inactive');
    expect(server.questions).toHaveLength(2);
    await issuer.rotateKeys({ keepOld: false });
    expectAccepted(await application.get('/notes', token));
    // The unknown key of a new token has the keys fetched.
    server.answer({ active: true });
    expectAccepted(await application.get('/notes', issuer.token()));
    expectRefused(await application.get('/notes', token), 'signature_invalid');
  });

  it('a verification remembered from before does not replace the question', async () => {
    const { issuer, server, application } = await always();
    const trusted = application.app.get(TrustedIssuers);
    const introspection = { ...server.config().introspection, mode: 'always' } as const;
    trusted.replace(issuer.config());
    const token = issuer.token();
    expectAccepted(await application.get('/notes', token));
    server.answer({ active: false });
    trusted.replace(issuer.config({ introspection }));
    expectRefused(await application.get('/notes', token), 'token_inactive');
  });

  it('the kit makes such tokens', async () => {
    const issuer = scene.closing(
      await createTestIssuer({ introspection: true, now: scene.clock.now }),
    );
    const application = await scene.start({
      issuers: [issuer.config({ introspection: { mode: 'always' } })],
    });
    const token = issuer.token({ introspectedOnly: ['sub', 'aud', 'client_id'] });
    expectAccepted(await application.get('/notes', token));
    issuer.revoke(token);
    expectRefused(await application.get('/notes', token), 'token_inactive');
  });
});

describe('Issuers that come while the application runs', () => {
  it('opaque tokens of one that is added are introspected from the next request on', async () => {
    const jwt = scene.closing(await createTestIssuer({ now: scene.clock.now }));
    const opaque = scene.closing(
      await createTestIssuer({ introspection: true, now: scene.clock.now }),
    );
    const application = await scene.start({ issuers: [jwt.config()] });
    const token = opaque.opaqueToken();
    expectRefused(await application.get('/notes', token), 'token_malformed');
    application.app.get(TrustedIssuers).add(opaque.config());
    expectAccepted(await application.get('/notes', token));
    expectAccepted(await application.get('/notes', jwt.token()));
    opaque.revoke(token);
    expectRefused(await application.get('/notes', token), 'token_inactive');
    expect(application.app.get(TrustedIssuers).status()[1]?.introspection?.state).toBe('available');
  });

  it('JWTs of one that is resolved are introspected in the mode always, the first as well', async () => {
    const issuer = scene.closing(
      await createTestIssuer({ introspection: true, now: scene.clock.now }),
    );
    let mode: 'always' | 'opaque' = 'always';
    const application = await scene.start({
      issuers: [],
      resolveIssuer: {
        origins: [issuer.issuer],
        maxAgeSeconds: 1,
        resolve: () => issuer.config({ introspection: { mode } }),
      },
    });
    const [good, revoked] = [issuer.token(), issuer.token()];
    issuer.revoke(revoked);
    expectRefused(await application.get('/notes', revoked), 'token_inactive');
    expectAccepted(await application.get('/notes', good));
    mode = 'opaque';
    scene.clock.advance(2);
    expectUnavailable(await application.get('/notes', good));
  });
});
