import { describe, expect, it } from '@jest/globals';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, jwtVerify } from 'jose';
import type { HttpFetch, IntrospectionConfig } from 'nestjs-trusted-issuers';
import {
  activeAnswer,
  IntrospectionServer,
  type Question,
} from '../support/introspection-server.js';
import { expectAccepted, keyScene } from '../support/key-scene.js';

const scene = keyScene();

/** An API that asks by a client of its own. */
const startWith = (fetch: HttpFetch, credentials: Partial<IntrospectionConfig>) =>
  scene.start({
    issuers: [
      {
        issuer: 'https://login.example.com',
        audience: 'https://api.example.com',
        introspection: { endpoint: 'https://login.example.com/introspect', ...credentials },
        http: { fetch },
      },
    ],
  });

/** The question that such an API asks. */
async function questionOf(
  introspection: Partial<IntrospectionConfig>,
  more: object = {},
): Promise<Question & { readonly issuer: string }> {
  const server = scene.closing(await IntrospectionServer.start());
  server.answerWith(() => activeAnswer({ exp: scene.clock.now() / 1_000 + 600 }));
  const application = await scene.start({
    issuers: [
      {
        issuer: server.origin,
        audience: 'https://api.example.com',
        introspection: { endpoint: server.endpoint, ...introspection },
        ...more,
      },
    ],
  });
  expectAccepted(await application.get('/notes', 'opaque'));
  const [question] = server.questions;
  if (question === undefined) throw new Error('nothing was asked');
  return { ...question, issuer: server.origin };
}

const namesIn = ({ form }: Question): readonly string[] => [...form.keys()];

describe('This API authenticates itself to the endpoint', () => {
  // RFC 6749 section 2.3.1.
  it.each([
    ['api', 'secret', 'api:secret'],
    ['a p:i', 'a+b/c=ä%&*~', 'a+p%3Ai:a%2Bb%2Fc%3D%C3%A4%25%26*%7E'],
  ])('by client_secret_basic, form-encoded: %s', async (clientId, clientSecret, pair) => {
    const question = await questionOf({ clientId, clientSecret });
    const basic = `Basic ${Buffer.from(pair).toString('base64')}`;
    expect(question.headers['authorization']).toBe(basic);
    expect(namesIn(question)).toEqual(['token', 'token_type_hint']);
  });

  it('by client_secret_post', async () => {
    const question = await questionOf({
      ...{ clientId: 'api', clientSecret: 'a+b c' },
      authentication: 'client_secret_post',
    });
    expect(question.headers['authorization']).toBeUndefined();
    expect(question.form.get('client_id')).toBe('api');
    expect(question.form.get('client_secret')).toBe('a+b c');
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const ed25519 = generateKeyPairSync('ed25519').privateKey;
  const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

  // RFC 7523 section 2.2. RFC 7523 section 3.
  it.each<
    readonly [what: string, key: KeyObject, options: Partial<IntrospectionConfig>, alg: string]
  >([
    ['RSA', rsa, { privateKey: rsa }, 'RS256'],
    ['RSA as PEM', rsa, { privateKey: pem(rsa), privateKeyId: 'one' }, 'RS256'],
    ['RSA by PS256', rsa, { privateKey: rsa, assertionAlgorithm: 'PS256' }, 'PS256'],
    ['RSA by RS512', rsa, { privateKey: rsa, assertionAlgorithm: 'RS512' }, 'RS512'],
    ['P-256', p256, { privateKey: p256, assertionAudience: 'https://as.example/token' }, 'ES256'],
    ['P-384', p384, { privateKey: p384 }, 'ES384'],
    ['Ed25519', ed25519, { privateKey: ed25519 }, 'EdDSA'],
  ])('by private_key_jwt: %s', async (_what, key, options, alg) => {
    const question = await questionOf({ clientId: 'api', ...options });
    expect(question.headers['authorization']).toBeUndefined();
    expect(question.form.get('client_assertion_type')).toBe(
      'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    );
    const { payload, protectedHeader } = await jwtVerify(
      question.form.get('client_assertion') ?? '',
      createPublicKey(key),
      {
        audience: options.assertionAudience ?? question.issuer,
        issuer: 'api',
        subject: 'api',
        currentDate: new Date(scene.clock.now()),
        requiredClaims: ['jti', 'iat', 'exp'],
      },
    );
    expect(protectedHeader).toEqual({
      alg,
      typ: 'JWT',
      ...(options.privateKeyId && { kid: options.privateKeyId }),
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(60);
  });

  it('by private_key_jwt with a JSON Web Key and its kid, and each assertion once', async () => {
    const jwk = { ...(await exportJWK(p256)), kid: 'key-of-api' };
    const server = scene.closing(await IntrospectionServer.start());
    server.answerWith(() => activeAnswer({ exp: scene.clock.now() / 1_000 + 600 }));
    const { issuer } = server.config();
    const introspection = { endpoint: server.endpoint, clientId: 'api', privateKey: jwk };
    const application = await scene.start({
      issuers: [{ issuer, audience: 'https://api.example.com', introspection }],
    });
    for (let i = 0; i < 2; i++) expectAccepted(await application.get('/notes', 'opaque'));
    const assertions = server.questions.map(({ form }) => form.get('client_assertion') ?? '');
    const verified = await Promise.all(
      assertions.map((assertion) =>
        jwtVerify(assertion, createPublicKey(p256), { currentDate: new Date(scene.clock.now()) }),
      ),
    );
    expect(verified.map(({ protectedHeader }) => protectedHeader.kid)).toEqual([
      ...['key-of-api', 'key-of-api'],
    ]);
    expect(new Set(verified.map(({ payload }) => payload.jti)).size).toBe(2);
  });

  // RFC 7662 section 2.1.
  it('by a bearer token that is read before each call', async () => {
    const server = scene.closing(await IntrospectionServer.start());
    server.answerWith(() => activeAnswer({ exp: scene.clock.now() / 1_000 + 600 }));
    const { issuer } = server.config();
    let calls = 0;
    const bearerToken = (): Promise<string> => Promise.resolve(`token-${++calls}\n`);
    const introspection = { endpoint: server.endpoint, bearerToken };
    const application = await scene.start({
      issuers: [{ issuer, audience: 'https://api.example.com', introspection }],
    });
    for (let i = 0; i < 2; i++) expectAccepted(await application.get('/notes', 'opaque'));
    expect(server.questions.map(({ headers }) => headers['authorization'])).toEqual([
      ...['Bearer token-1', 'Bearer token-2'],
    ]);
    for (const question of server.questions)
      expect(namesIn(question)).toEqual(['token', 'token_type_hint']);
  });

  it('and sends the headers of http.headers besides, which replace none of its own', async () => {
    const headers = { 'x-gateway': 'key', authorization: 'Basic gateway', accept: 'text/html' };
    const question = await questionOf(
      { clientId: 'api', clientSecret: 'secret' },
      { http: { headers } },
    );
    expect(question.headers).toMatchObject({
      'x-gateway': 'key',
      authorization: `Basic ${Buffer.from('api:secret').toString('base64')}`,
      accept: 'application/json',
    });
  });

  it('http.fetch asks in place of the built-in client', async () => {
    const calls: unknown[] = [];
    const answering: HttpFetch = (url, { method, headers, body, redirect }) => {
      calls.push([url, method, headers['content-type'], body, redirect]);
      return Promise.resolve(Response.json(activeAnswer({ exp: scene.clock.now() / 1_000 + 600 })));
    };
    const application = await startWith(answering, { clientId: 'api', clientSecret: 'secret' });
    expectAccepted(await application.get('/notes', 'opaque'));
    expect(calls).toEqual([
      [
        'https://login.example.com/introspect',
        'POST',
        'application/x-www-form-urlencoded',
        'token=opaque&token_type_hint=access_token',
        'manual',
      ],
    ]);
  });
});

describe('A client certificate', () => {
  // RFC 8705 section 2.
  it('is shown by http.fetch, and the form has the client_id alone', async () => {
    const forms: unknown[] = [];
    const answering: HttpFetch = (_url, { headers, body }) => {
      forms.push([headers['authorization'], ...new URLSearchParams(body).keys()]);
      return Promise.resolve(Response.json(activeAnswer({ exp: scene.clock.now() / 1_000 + 60 })));
    };
    const application = await startWith(answering, {
      clientId: 'api',
      authentication: 'tls_client_auth',
    });
    expectAccepted(await application.get('/notes', 'opaque'));
    expect(forms).toEqual([[undefined, 'token', 'token_type_hint', 'client_id']]);
  });
});

describe('Connections', () => {
  it('are kept for the next call, and one that the server closed meanwhile is no outage', async () => {
    const server = scene.closing(await IntrospectionServer.start());
    server.answerWith(() => activeAnswer({ exp: scene.clock.now() / 1_000 + 600 }));
    const application = await scene.start({ issuers: [server.config()] });
    for (let i = 0; i < 20; i++) {
      expectAccepted(await application.get('/notes', `opaque${i}`));
      if (i % 5 === 0) server.closeIdleConnections();
    }
    expect(server.connections).toBeLessThan(10);
    expect(application.log.text('error')).toBe('');
  });
});
