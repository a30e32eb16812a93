import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AccessTokenVerifier,
  CurrentIdentity,
  type Identity,
  type TokenSource,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { opened } from '../support/opened.js';
import { connect, SOCKET_KINDS, useAdapter } from '../support/sockets.js';

type Header = readonly [string, string];

const { keep } = opened();

// As they come from a JSON file.
const SOURCES = JSON.parse(`[
  "header",
  { "header": "Cf-Access-Jwt-Assertion", "same": "allowed" },
  { "header": "x-token", "scheme": "Token" },
  { "header": "authorization", "scheme": "Access" },
  { "cookie": "CF_Authorization" }
]`) as TokenSource[];

describe.each(ADAPTERS)('Tokens in headers of other names, on %s', (adapter) => {
  let issuer: TestIssuer;
  let application: TestApplication;
  let token: string;
  let other: string;
  beforeAll(async () => {
    issuer = await createTestIssuer({ listen: false });
    application = await startApplication(
      { issuers: [issuer.config()], tokenSources: SOURCES, maxTokenBytes: 4_096 },
      { adapter },
    );
    token = await issuer.token();
    other = await issuer.token({ subject: 'bob' });
  });
  afterAll(() => application.close());

  const call = (...headers: Header[]) => application.call('/notes', { headers });
  const outcome = async (...headers: Header[]): Promise<unknown> => {
    const { status, json } = await call(...headers);
    return status === 200 ? 200 : (json as { code: string }).code;
  };
  const access = (value: string): Header => ['cf-access-jwt-assertion', value];

  it('are found, whatever the case of the header’s name and of the scheme', async () => {
    expect(await outcome(access(token))).toBe(200);
    expect(await outcome(['CF-ACCESS-JWT-ASSERTION', token])).toBe(200);
    expect(await outcome(['x-token', `Token ${token}`])).toBe(200);
    expect(await outcome(['X-Token', `tOKEN   ${token}`])).toBe(200);
    expect(await outcome(['Authorization', `Access ${token}`])).toBe(200);
  });

  it.each([
    ['nothing in it', ['cf-access-jwt-assertion', '']],
    ['another scheme', ['x-token', 'Bearer {token}']],
    ['no scheme', ['x-token', '{token}']],
    ['a scheme that begins alike', ['x-token', 'Tokens {token}']],
    ['no space behind the scheme', ['x-token', 'Token{token}']],
    ['the scheme alone', ['x-token', 'Token']],
    ['another header', ['x-tokens', 'Token {token}']],
  ] as [string, Header][])('are not found where there is %s', async (_what, [name, value]) => {
    expect(await outcome([name, value.replace('{token}', token)])).toBe('auth_required');
  });

  it('are the whole value: a scheme that is not configured is part of it', async () => {
    expect(await outcome(access(`Bearer ${token}`))).toBe('token_malformed');
  });

  // RFC 6750 section 2.
  it('are refused where the header comes twice, also with the same token', async () => {
    expect(await outcome(access(token), access(token))).toBe('invalid_request');
    expect(await outcome(access(token), access(other))).toBe('invalid_request');
    expect(await outcome(['Cf-Access-Jwt-Assertion', token], access(token))).toBe(
      'invalid_request',
    );
    expect(await outcome(access(`${token}, ${token}`))).toBe('invalid_request');
    expect(await outcome(['x-token', `Token ${token}`], ['x-token', 'Token x'])).toBe(
      'invalid_request',
    );
    expect(await outcome(access(''), access(token))).toBe('invalid_request');
  });

  it('the same as in another source are one, where that is allowed; different ones never are', async () => {
    const cookie = (value: string): Header => ['Cookie', `CF_Authorization=${value}`];
    const bearer = (value: string): Header => ['Authorization', `Bearer ${value}`];
    expect(await outcome(access(token), cookie(token))).toBe(200);
    expect(await outcome(access(token), bearer(token))).toBe(200);
    expect(await outcome(access(token), cookie(other))).toBe('invalid_request');
    expect(await outcome(access(other), bearer(token))).toBe('invalid_request');
    // Neither of these two allows it.
    expect(await outcome(bearer(token), cookie(token))).toBe('invalid_request');
    expect(await outcome(access(token), bearer(token), cookie(token))).toBe('invalid_request');
    expect(await outcome(['x-token', `Token ${token}`], cookie(token))).toBe('invalid_request');
    expect(await outcome(['x-token', `Token ${token}`], access(token))).toBe(200);
  });

  it('bad ones are refused as everywhere', async () => {
    expect(await outcome(access('x'))).toBe('token_malformed');
    expect(await outcome(access(await issuer.expiredToken()))).toBe('token_expired');
    expect(await outcome(access('a'.repeat(4_097)))).toBe('token_malformed');
  });

  it('are said to caches, because only Authorization is known to them', async () => {
    const answer = await call(access(token));
    expect(answer.headers['vary']).toBe('cf-access-jwt-assertion, x-token, authorization, Cookie');
    expect(answer.headers['cache-control']).toBe('private');
    const bearer = await call(['Authorization', `Bearer ${token}`]);
    expect(bearer.headers['cache-control']).toBeUndefined();
    const refused = await call(access('x'));
    expect(refused.headers['vary']).toContain('cf-access-jwt-assertion');
    expect(refused.headers['cache-control']).toBe('no-store');
  });

  it('are named in the log where none was found', async () => {
    application.log.clear();
    await call();
    expect(application.log.text()).toContain('header "cf-access-jwt-assertion"');
  });
});

@AuthenticatedGateway()
@WebSocketGateway()
class WhoamiGateway {
  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() identity: Identity): object {
    return { event: 'whoami', data: identity.subject };
  }
}

describe.each(SOCKET_KINDS)('A header of another name on a socket of %s', (kind) => {
  it('is read of the request that opened it', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const application = keep(
      await startApplication(
        { issuers: [issuer.config()], tokenSources: [{ header: 'x-goog-iap-jwt-assertion' }] },
        { providers: [WhoamiGateway], controllers: [], configure: useAdapter(kind) },
      ),
    );
    const headers = { 'X-Goog-IAP-JWT-Assertion': await issuer.token({ subject: 'alice' }) };
    const socket = keep(await connect(kind, application.url, { headers }));
    expect(await socket.ask('whoami')).toBe('alice');
  });
});

describe('A Fetch request with a header of another name', () => {
  const header = 'x-pomerium-jwt-assertion';

  it('is read as well, and lines that it joined are two', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const { app } = keep(
      await startApplication({ issuers: [issuer.config()], tokenSources: [{ header }] }),
    );
    const verifier = app.get(AccessTokenVerifier);
    const token = await issuer.token();
    const request = new Request('https://api.example.com/', { headers: { [header]: token } });
    expect(await verifier.verifyRequest(request)).toMatchObject({ issuer: issuer.issuer });
    request.headers.append(header, token);
    await expect(verifier.verifyRequest(request)).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});

describe('The metadata of a resource', () => {
  // RFC 9728 section 2.
  it('names no method of RFC 6750 for a header of another name', async () => {
    const application = keep(
      await startApplication({
        issuers: ['https://login.example.com'],
        audience: 'a',
        tokenSources: [{ header: 'x-token' }],
        resourceMetadata: { resource: 'https://api.example.com' },
      }),
    );
    const { json } = await application.call('/.well-known/oauth-protected-resource');
    expect(json).toMatchObject({ bearer_methods_supported: [] });
  });
});
