import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import type { TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { keycloak, zitadel } from 'nestjs-trusted-issuers/presets';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { activeAnswer, IntrospectionServer } from '../support/introspection-server.js';
import { expectAccepted, expectRefused, keyScene } from '../support/key-scene.js';

const scene = keyScene();
const server = async (): Promise<IntrospectionServer> =>
  scene.closing(await IntrospectionServer.start());

describe('zitadel', () => {
  const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString();
  /** As ZITADEL's console gives it. */
  const keyFile = {
    clientId: '78366401571920522@acme',
    key: privateKey,
    keyId: '81693565968962154',
  };

  it('takes opaque tokens with its introspection', async () => {
    const endpoint = await server();
    const application = await scene.start({
      issuers: [
        zitadel({
          url: 'https://acme.zitadel.cloud',
          projectId: '69234237810729019',
          introspection: {
            endpoint: endpoint.endpoint,
            clientId: keyFile.clientId,
            privateKey: keyFile.key,
            privateKeyId: keyFile.keyId,
          },
        }),
      ],
    });
    const answer = activeAnswer({
      iss: 'https://acme.zitadel.cloud',
      sub: '77776025198584418',
      aud: ['69234237810729234', '69234237810729019'],
      client_id: '69234237810729234',
      jti: '69234237813329048',
      token_type: 'Bearer',
      scope: 'openid profile',
      'urn:zitadel:iam:org:project:roles': { editor: { id1: 'acme.zitadel.cloud' } },
    });
    endpoint.answer(answer);
    const token = 'VjVxyCZmRmWYqd3_F5db9Pb9mHR5fqzhn';
    const accepted = await application.get('/notes/identity', token);
    expectAccepted(accepted);
    expect(accepted.json).toMatchObject({
      ...{ subject: '77776025198584418', clientId: '69234237810729234', roles: ['editor'] },
    });
    const assertion = endpoint.questions[0]?.form.get('client_assertion') ?? '';
    const [header = ''] = assertion.split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      ...{ alg: 'RS256', typ: 'JWT', kid: keyFile.keyId },
    });
    endpoint.answer({ ...answer, aud: ['69234237810729234'] });
    expectRefused(await application.get('/notes', token), 'audience_invalid');
  });
});

describe('keycloak', () => {
  const ISSUER = 'https://id.example.com/realms/customers';
  const API = { clientId: 'notes-api', clientSecret: 'secret' };

  it('asks about every token, at the internal address where there is one', () => {
    const options = { url: 'https://id.example.com', realm: 'customers', introspection: API };
    expect(keycloak(options).introspection).toEqual({ ...API, mode: 'always' });
    expect(keycloak({ ...options, internalUrl: 'https://keycloak:8443' }).introspection).toEqual({
      ...{ ...API, mode: 'always' },
      endpoint: 'https://keycloak:8443/realms/customers/protocol/openid-connect/token/introspect',
    });
    const opaque = { ...API, mode: 'opaque' } as const;
    expect(keycloak({ ...options, introspection: opaque }).introspection).toEqual(opaque);
  });

  it('takes lightweight tokens, whose claims are in the answer', async () => {
    const endpoint = await server();
    const signer = await createTestIssuer({ issuer: ISSUER, listen: false, now: scene.clock.now });
    const preset: TrustedIssuerConfig = keycloak({
      ...{ url: 'https://id.example.com', realm: 'customers', audience: 'notes-api' },
      introspection: { ...API, endpoint: endpoint.endpoint },
    });
    const application = await scene.start({
      issuers: [{ ...preset, keys: { jwks: signer.jwks } }],
    });
    const left = { sub: undefined, aud: undefined, client_id: undefined };
    const token = signer.token({ claims: { ...left, typ: 'Bearer', azp: 'my-spa' } });
    endpoint.answer({
      ...{ active: true, typ: 'Bearer', azp: 'my-spa', client_id: 'my-spa', aud: 'notes-api' },
      ...{ sub: '36fa0f91', username: 'alice', realm_access: { roles: ['editor'] } },
    });
    const accepted = await application.get('/notes/identity', token);
    expectAccepted(accepted);
    expect(accepted.json).toMatchObject({ subject: '36fa0f91', roles: ['editor'] });
    endpoint.answer({ active: false });
    expectRefused(await application.get('/notes', token), 'token_inactive');
    endpoint.answer({ active: true, typ: 'Refresh', sub: '36fa0f91', aud: 'notes-api' });
    expect((await application.get('/notes', token)).status).toBe(503);
  });
});
