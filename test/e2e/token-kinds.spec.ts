import { describe, expect, it } from '@jest/globals';
import { expectAccepted, expectRefused, keyScene } from '../support/key-scene.js';

const scene = keyScene();

// RFC 8725 section 3.12.
describe.each(['Express', 'Fastify'] as const)('What is no access token, on %s', (adapter) => {
  async function answerTo(claims: object, header: object = {}) {
    const server = await scene.keyServer();
    const application = await scene.start({ issuers: [server.config()] }, { adapter });
    return application.get('/notes', server.issuer.token({ claims, header } as never));
  }

  it.each<[string, unknown]>([
    ...['refresh', 'Refresh', 'REFRESH'].flatMap((word) =>
      ['typ', 'type', 'token_type', 'token_use'].map((name): [string, string] => [name, word]),
    ),
    ...['id', 'ID', 'Id'].flatMap((word) =>
      ['typ', 'token_use'].map((name): [string, string] => [name, word]),
    ),
    ['events', { 'http://schemas.openid.net/event/backchannel-logout': {} }],
    ['events', { 'urn:example:event': {}, 'https://schemas.example/other': null }],
  ])('the claim %s of %j says so', async (name, value) => {
    expectRefused(await answerTo({ [name]: value }), 'claims_invalid');
  });

  it.each<[string, unknown]>([
    ['typ', 'Bearer'],
    ['type', 'access'],
    ['type', 'id'],
    ['token_type', 'Bearer'],
    ['type', 7],
    ['events', {}],
    ['events', ['urn:example:event']],
    ['events', 'urn:example:event'],
    ['events', { 'urn:example:event': {}, concert: {} }],
  ])('the claim %s of %j does not', async (name, value) => {
    expectAccepted(await answerTo({ [name]: value }));
  });

  it('a header with the type null is malformed', async () => {
    expectRefused(await answerTo({}, { typ: null }), 'token_malformed');
  });

  it('a required claim keeps out what says nothing of the kind', async () => {
    const server = await scene.keyServer();
    const requiredClaims = { type: 'access' };
    const application = await scene.start({ issuers: [server.config({ requiredClaims })] });
    const ask = (claims: Record<string, unknown>) =>
      application.get('/notes', server.issuer.token({ claims }));
    expectAccepted(await ask({ type: 'access' }));
    expectRefused(await ask({ type: 'renewal' }), 'claims_invalid');
    expect(application.log.text('debug')).not.toContain('renewal');
  });
});
