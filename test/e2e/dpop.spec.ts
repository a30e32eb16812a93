import { Controller, Get, UseGuards } from '@nestjs/common';
import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { type AuthModuleConfig, JwtAuthGuard, RequireScopes } from 'nestjs-trusted-issuers';
import { parseChallenge, shouldRefresh } from 'nestjs-trusted-issuers/client';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { runtimeSupports } from '../../src/core/jose/key-algorithms.js';
import {
  ADAPTERS,
  type ApplicationOptions,
  startApplication,
  type TestApplication,
} from '../support/application.js';
import { NotesController } from '../support/notes.controller.js';
import { ORIGIN, ProvingClient } from '../support/proving-client.js';

@UseGuards(JwtAuthGuard)
@Controller()
class ScopedController {
  @RequireScopes('notes:read')
  @Get('scoped')
  scoped(): object {
    return {};
  }
}

const RESOURCE = { resource: ORIGIN };
const METADATA = `${ORIGIN}/.well-known/oauth-protected-resource`;

describe.each(ADAPTERS)('Tokens bound by DPoP, on %s', (adapter) => {
  let issuer: TestIssuer;
  let other: TestIssuer;
  let api: TestApplication | undefined;

  beforeAll(async () => {
    [issuer, other] = await Promise.all([createTestIssuer(), createTestIssuer()]);
  });
  afterEach(() => api?.close());
  afterAll(() => Promise.all([issuer.close(), other.close()]));

  async function start(
    config: Partial<AuthModuleConfig>,
    more: ApplicationOptions = {},
  ): Promise<ProvingClient> {
    const controllers = [NotesController, ScopedController];
    api = await startApplication(
      { issuers: [issuer.config()], ...config },
      { adapter, controllers, ...more },
    );
    return ProvingClient.of(api, issuer);
  }

  async function answers(client: ProvingClient): Promise<object> {
    const bound = await client.call('/notes');
    const boundAsBearer = await client.call('/notes', { scheme: 'Bearer' });
    const bearer = await api?.get('/notes', issuer.token());
    const bearerAsBound = await client.call('/notes', { accessToken: issuer.token() });
    const outcomeOf = (answer: typeof bearer): unknown =>
      answer?.status === 200 ? 200 : (answer?.json as { code?: string } | undefined)?.code;
    return [bound, boundAsBearer, bearer, bearerAsBound].map(outcomeOf);
  }

  // RFC 9449 section 7.2.
  it('the modes', async () => {
    expect(await answers(await start({}))).toEqual([
      'auth_required',
      'token_binding_invalid',
      200,
      'auth_required',
    ]);
    await api?.close();
    const allowed = { mode: 'allowed', origin: ORIGIN } as const;
    expect(await answers(await start({ dpop: allowed }))).toEqual([
      200,
      'token_binding_invalid',
      200,
      'token_binding_invalid',
    ]);
    await api?.close();
    const required = { mode: 'required', origin: ORIGIN } as const;
    expect(await answers(await start({ dpop: required }))).toEqual([
      200,
      'token_binding_invalid',
      'token_binding_invalid',
      'token_binding_invalid',
    ]);
    await api?.close();
    expect(await answers(await start({ dpop: { origin: ORIGIN } }))).toEqual([
      'token_binding_invalid',
      'token_binding_invalid',
      200,
      'token_binding_invalid',
    ]);
  });

  it('each issuer has a mode of its own, those that come later too', async () => {
    const issuers = [issuer.config({ dpop: 'required' }), other.config({ dpop: 'off' })];
    const client = await start({ issuers, dpop: { mode: 'allowed', origin: ORIGIN } });
    expect(await answers(client)).toMatchObject([
      200,
      'token_binding_invalid',
      'token_binding_invalid',
      'token_binding_invalid',
    ]);
    expect(await api?.get('/notes', other.token())).toMatchObject({ status: 200 });
    const accessToken = other.token({ dpop: client.key });
    expect(await client.call('/notes', { accessToken })).toMatchObject({
      json: { code: 'token_binding_invalid' },
    });
  });

  // RFC 9449 sections 7.1 and 7.2.
  it('both schemes are offered, Bearer first, and the error is in the one that was tried', async () => {
    const client = await start({
      dpop: { mode: 'allowed', algorithms: ['ES256', 'EdDSA'] },
      resourceMetadata: RESOURCE,
    });
    const bearer = `Bearer realm="api", resource_metadata="${METADATA}"`;
    const offered = 'DPoP realm="api", algs="ES256 EdDSA"';
    expect((await api?.call('/notes'))?.challenge).toBe(`${bearer}, ${offered}`);
    const noProof = await client.call('/notes', { proofs: [] });
    expect(noProof.challenge).toBe(
      `${bearer}, DPoP realm="api", error="invalid_dpop_proof", error_description="DPoP proof invalid", algs="ES256 EdDSA"`,
    );
    expect(parseChallenge(noProof.challenge)).toMatchObject([
      { scheme: 'Bearer', parameters: { resource_metadata: METADATA } },
      { scheme: 'DPoP', parameters: { error: 'invalid_dpop_proof', algs: 'ES256 EdDSA' } },
    ]);
    const errorsOf = (challenge: string | undefined): unknown[] =>
      parseChallenge(challenge).map(({ scheme, parameters }) => [scheme, parameters['error']]);
    const expired = issuer.expiredToken({ dpop: client.key });
    const tried = await client.call('/notes', { accessToken: expired });
    expect(errorsOf(tried.challenge)).toEqual([
      ['Bearer', undefined],
      ['DPoP', 'invalid_token'],
    ]);
    expect(await shouldRefresh(tried)).toBe(true);
    expect(await shouldRefresh(noProof)).toBe(false);
    const asBearer = await api?.get('/notes', issuer.expiredToken());
    expect(errorsOf(asBearer?.challenge)).toEqual([
      ['Bearer', 'invalid_token'],
      ['DPoP', undefined],
    ]);
    const scoped = await client.call('/scoped');
    expect(scoped.status).toBe(403);
    expect(parseChallenge(scoped.challenge)[1]?.parameters).toMatchObject({
      error: 'insufficient_scope',
      scope: 'notes:read',
    });
    const both = await api?.call('/notes', {
      headers: [
        ['Authorization', 'Bearer one'],
        ['Authorization', 'DPoP other'],
      ],
    });
    expect(both).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    expect(errorsOf(both?.challenge)).toEqual([
      ['Bearer', 'invalid_request'],
      ['DPoP', 'invalid_request'],
    ]);
    const joined = await api?.call('/notes', {
      headers: [['Authorization', 'DPoP one, Bearer other']],
    });
    expect(joined).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
  });

  it('where it is required everywhere, DPoP is the only scheme', async () => {
    await start({ dpop: { mode: 'required', algorithms: ['ES256'] }, resourceMetadata: RESOURCE });
    const answer = await api?.call('/notes');
    expect(answer?.challenge).toBe(
      `DPoP realm="api", resource_metadata="${METADATA}", algs="ES256"`,
    );
    expect(answer?.json).toMatchObject({ authenticateHint: 'DPoP realm="api"' });
  });

  // RFC 9728 section 2.
  it('the metadata document says it', async () => {
    await start({ dpop: { mode: 'allowed', algorithms: ['ES256'] }, resourceMetadata: RESOURCE });
    const path = new URL(METADATA).pathname;
    const allowed = (await api?.call(path))?.json as object;
    expect(allowed).toMatchObject({ dpop_signing_alg_values_supported: ['ES256'] });
    expect(allowed).not.toHaveProperty('dpop_bound_access_tokens_required');
    await api?.close();
    await start({ dpop: { mode: 'required' }, resourceMetadata: RESOURCE });
    expect((await api?.call(path))?.json).toMatchObject({
      dpop_bound_access_tokens_required: true,
    });
    await api?.close();
    await start({ resourceMetadata: RESOURCE });
    expect((await api?.call(path))?.json).not.toHaveProperty('dpop_signing_alg_values_supported');
  });

  it('with every algorithm that the trust list knows', async () => {
    const client = await start({ dpop: { mode: 'required', origin: ORIGIN } });
    const names = [
      'RS256',
      'RS512',
      'PS256',
      'PS384',
      'ES256',
      'ES384',
      'ES512',
      'EdDSA',
      'Ed25519',
    ] as const;
    const further = (['ML-DSA-44', 'ML-DSA-87'] as const).filter(runtimeSupports);
    for (const algorithm of [...names, ...further]) {
      const one = await ProvingClient.of(api as TestApplication, issuer, algorithm);
      for (let time = 0; time < 2; time++)
        expect([algorithm, (await one.call('/notes')).status]).toEqual([algorithm, 200]);
    }
    expect((await client.call('/notes')).status).toBe(200);
  });

  it('a bound token counts from Authorization alone', async () => {
    const client = await start({
      dpop: { mode: 'allowed', origin: ORIGIN },
      tokenSources: ['header', { cookie: 'session' }, { query: 'at' }],
    });
    const token = client.token();
    const proof = client.proof('/notes', token);
    for (const call of [
      api?.call(`/notes?at=${token}`, { headers: [['DPoP', proof]] }),
      api?.call('/notes', {
        headers: [
          ['DPoP', proof],
          ['Cookie', `session=${token}`],
        ],
      }),
    ])
      expect(await call).toMatchObject({ status: 401, json: { code: 'token_binding_invalid' } });
    expect(await client.call('/notes', { accessToken: token, proofs: [proof] })).toMatchObject({
      status: 200,
    });
  });

  it.each(['the body', Buffer.from('the body'), {}])(
    'a middleware may keep the body of a request in its member raw: %j',
    async (raw) => {
      const keepBody = (request: object, _: unknown, next: () => void): void => {
        Object.assign(request, { raw });
        next();
      };
      const nonce = { secret: 'of at least thirty-two characters' };
      const client = await start(
        { dpop: { mode: 'allowed', origin: ORIGIN, nonce } },
        { configure: (app) => app.use(keepBody) },
      );
      expect(await api?.get('/notes', issuer.token())).toMatchObject({ status: 200 });
      const asked = await client.call('/notes');
      expect(asked).toMatchObject({ status: 401, json: { code: 'dpop_nonce_required' } });
      const given = String(asked.headers['dpop-nonce']);
      expect(await client.call('/notes', { nonce: given })).toMatchObject({ status: 200 });
    },
  );

  it('a proof beside a bearer token that is not bound is not looked at', async () => {
    const client = await start({ dpop: { mode: 'allowed', origin: ORIGIN } });
    const call = { accessToken: issuer.token(), scheme: 'Bearer', proofs: ['one', 'two'] };
    expect(await client.call('/notes', call)).toMatchObject({ status: 200 });
  });

  it('further members of "cnf" say nothing, and a second binding must be met as well', async () => {
    const client = await start({ dpop: { mode: 'allowed', origin: ORIGIN } });
    const call = (cnf: object): Promise<unknown> =>
      client.call('/notes', { accessToken: issuer.token({ claims: { cnf } }) });
    const jkt = client.key.thumbprint;
    expect(await call({ jkt, 'kc-jkt-type': 'dpop' })).toMatchObject({ status: 200 });
    for (const cnf of [{ jkt, 'x5t#S256': 'AAAA' }, { jkt: 7 }, { jkt: [jkt] }, { jkt: '' }, {}])
      expect(await call(cnf)).toMatchObject({ json: { code: 'token_binding_invalid' } });
  });

  it('an optional route takes a bound token with its proof, and refuses it without', async () => {
    const client = await start({ dpop: { mode: 'allowed', origin: ORIGIN } });
    expect(await client.call('/notes/greeting')).toMatchObject({ json: { hello: 'alice' } });
    expect(await client.call('/notes/greeting', { proofs: [] })).toMatchObject({ status: 401 });
    expect(await api?.call('/notes/greeting')).toMatchObject({ json: { hello: 'stranger' } });
  });

  it('reasons say what is expected, and nothing of the proof', async () => {
    const client = await start({ dpop: { mode: 'allowed', origin: ORIGIN } });
    const token = client.token();
    await client.call('/notes', {
      accessToken: token,
      claims: { htu: 'http://secret.example/x', jti: 'private' },
    });
    await client.call('/notes', { accessToken: token, claims: { htm: 'SECRET' } });
    await client.call('/notes', { accessToken: token, claims: { iat: 0 } });
    const log = JSON.stringify(api?.log);
    expect(log).toContain(
      'has another scheme, host, port, path; expected: https://api.example.com/notes',
    );
    expect(log).toContain('is not the method of the request (GET)');
    expect(log).toContain('(maxAgeSeconds: 300)');
    for (const part of ['secret', 'private', 'SECRET', token, client.key.thumbprint])
      expect(log).not.toContain(part);
  });
});
