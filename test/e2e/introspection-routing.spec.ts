import { describe, expect, it } from '@jest/globals';
import { TrustedIssuers } from 'nestjs-trusted-issuers';
import {
  createTestIssuer,
  type TestIssuer,
  type UnauthorizedCode,
} from 'nestjs-trusted-issuers/testing';
import {
  eventually,
  expectAccepted,
  expectRefused,
  expectUnavailable,
  keyScene,
} from '../support/key-scene.js';
import { activeAnswer, IntrospectionServer } from '../support/introspection-server.js';

const scene = keyScene();

async function server(): Promise<IntrospectionServer> {
  const started = scene.closing(await IntrospectionServer.start());
  started.answerWith(() => activeAnswer({ exp: scene.clock.now() / 1_000 + 600 }));
  return started;
}

const segment = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe('What is never sent', () => {
  const header = segment({ alg: 'ES256' });
  const claims = segment({ iss: 'https://login.example.com' });
  it.each<[what: string, token: string, code?: UnauthorizedCode]>([
    ['a JWS of an issuer that nobody trusts', `${header}.${claims}.AAAA`, 'issuer_untrusted'],
    ['an unsigned JWS', `${segment({ alg: 'none' })}.${claims}.`, 'issuer_untrusted'],
    ['a JWS whose algorithm is no text', `${segment({ alg: 5 })}.${claims}.AAAA`],
    ['a JWS whose claims are not JSON', `${header}.${segment('claims')}.AAAA`],
    ['a JWS without claims', `${header}..AAAA`],
    ['a JWS with padding', `${header}=.${claims}.AAAA`],
    ['a JWS in base64', `${Buffer.from('{"alg":"ES256","kid":"~~~"}').toString('base64')}.a.b`],
    ['a JWS whose header is not canonical', `${segment('{"alg":"x"}').replace(/0$/, '1')}.a.b`],
    ['a JWS with a signature that is no base64url', `${header}.${claims}.A*A`],
    ['undefined', 'undefined'],
    ['null', 'null'],
    ['another word for nothing', '[object Object]'],
    ['NaN', 'NaN'],
    ['quotes around a token', '"opaque"'],
    ['single quotes', "'opaque'"],
    ['encoded quotes', '%22opaque%22'],
    ['a template that was not filled in', '${TOKEN}'],
    ['an answer of a token endpoint', '{"access_token":"opaque"}', 'token_malformed'],
    ['a space', 'two words'],
    ['a character that is none of a token', 'opaque!token'],
    ['an equals sign before the end', 'opaque=token'],
    ['nothing but equals signs', '=='],
    ['more than Latin letters', 'opaqu\u00e9'],
  ])('never sent to the issuer: %s', async (_what, token, code = 'token_malformed') => {
    const opaque = await server();
    const application = await scene.start({ issuers: [opaque.config()] });
    expectRefused(await application.get('/notes', token), code);
    expect(opaque.questions).toEqual([]);
  });

  it('a token of two places', async () => {
    const opaque = await server();
    const application = await scene.start({
      issuers: [opaque.config()],
      tokenSources: ['header', { query: 'access_token' }],
    });
    const answer = await application.get('/notes?access_token=one', 'another');
    expect(answer.status).toBe(400);
    expect(opaque.questions).toEqual([]);
  });

  it('one that is longer than maxTokenBytes', async () => {
    const opaque = await server();
    const application = await scene.start({ issuers: [opaque.config()], maxTokenBytes: 256 });
    expectRefused(await application.get('/notes', 'o'.repeat(257)), 'token_malformed');
    expect(opaque.questions).toEqual([]);
    expectAccepted(await application.get('/notes', 'o'.repeat(256)));
  });

  it('a JWS of the very issuer, good or bad, in the mode opaque', async () => {
    const issuer = scene.closing(
      await createTestIssuer({ introspection: true, now: scene.clock.now }),
    );
    const application = await scene.start({ issuers: [issuer.config()] });
    expectAccepted(await application.get('/notes', issuer.token()));
    expectRefused(await application.get('/notes', issuer.tamperedToken()), 'signature_invalid');
    expectRefused(await application.get('/notes', issuer.expiredToken()), 'token_expired');
    expect(issuer.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

describe('What is sent', () => {
  it.each([
    ['letters and digits', 'Gb39zKq'],
    ['all that a token may have', 'aZ09-._~+/=='],
    ['one dot', 'one.two'],
    ['what looks like a placeholder', 'your-access-token'],
    ['what looks as if it was cut off to be shown', 'opaque...'],
    ['three parts that are no JWS', 'one.two.three'],
    ['three parts of which the first is JSON without alg', `${segment({ enc: 'x' })}.two.three`],
    ['three parts of which the first is a list', `${segment(['alg'])}.two.three`],
    ['five parts, as of an encrypted token', `${segment({ alg: 'dir', enc: 'A' })}..AA.AA.AA`],
  ])('sent to the issuer: %s', async (_what, token) => {
    const opaque = await server();
    const application = await scene.start({ issuers: [opaque.config()] });
    expectAccepted(await application.get('/notes', token));
    expect(opaque.questions.map(({ form }) => form.get('token'))).toEqual([token]);
  });

  // RFC 7662 section 2.1.
  it('is a form with token and token_type_hint, and nothing else', async () => {
    const opaque = await server();
    const application = await scene.start({ issuers: [opaque.config()] });
    expectAccepted(await application.get('/notes', 'opaque+/='));
    const [question] = opaque.questions;
    expect([question?.method, question?.path]).toEqual(['POST', '/introspect']);
    expect([...(question?.form ?? [])]).toEqual([
      ['token', 'opaque+/='],
      ['token_type_hint', 'access_token'],
    ]);
    expect(question?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(question?.body.length),
      accept: 'application/json',
    });
  });
});

describe('To whom a token is shown', () => {
  const tokensOf = ({ questions }: IntrospectionServer): readonly unknown[] =>
    questions.map(({ form }) => form.get('token'));

  it('to the issuer whose prefix it begins with, else to the one without, never to two', async () => {
    const [rest, gateway, beta] = [await server(), await server(), await server()];
    const issuers = [
      rest.config(),
      gateway.config({ introspection: { tokenPrefix: 'gw_' } }),
      beta.config({ introspection: { tokenPrefix: 'gw_beta_' } }),
    ];
    const application = await scene.start({ issuers });
    const tokens = ['gw_1', 'gw_beta_2', 'GW_3', 'gw', 'x.gw_4'];
    for (const token of tokens) expectAccepted(await application.get('/notes', token));
    expect(tokensOf(gateway)).toEqual(['gw_1']);
    expect(tokensOf(beta)).toEqual(['gw_beta_2']);
    expect(tokensOf(rest)).toEqual(['GW_3', 'gw', 'x.gw_4']);
  });

  it('also when the first says that it is not active, or says nothing', async () => {
    const [rest, gateway] = [await server(), await server()];
    const issuers = [rest.config(), gateway.config({ introspection: { tokenPrefix: 'gw_' } })];
    const application = await scene.start({ issuers });
    gateway.answer({ active: false });
    expectRefused(await application.get('/notes', 'gw_1'), 'token_inactive');
    gateway.answer((request) => void request.socket.destroy());
    expect((await application.get('/notes', 'gw_1')).status).toBe(503);
    expect(rest.questions).toEqual([]);
  });

  it('to no issuer when every issuer has a prefix and it has none', async () => {
    const gateway = await server();
    const issuers = [gateway.config({ introspection: { tokenPrefix: 'gw_' } })];
    const application = await scene.start({ issuers });
    expectRefused(await application.get('/notes', 'opaque'), 'token_malformed');
    expect(gateway.questions).toEqual([]);
  });

  it('to no server, and nothing is loaded for it, where no issuer introspects', async () => {
    const application = await scene.start({ issuers: ['https://jwt.example'], audience: 'a' });
    expect(application.app.get(TrustedIssuers).introspects).toBe(false);
    expectRefused(await application.get('/notes', 'opaque'), 'token_malformed');
  });

  it('beside an issuer of JWTs on the same route', async () => {
    const opaque = await server();
    const issuer: TestIssuer = scene.closing(await createTestIssuer({ now: scene.clock.now }));
    const application = await scene.start({ issuers: [issuer.config(), opaque.config()] });
    expect((await application.get('/notes', issuer.token())).json).toMatchObject({
      issuer: issuer.issuer,
    });
    expect((await application.get('/notes', 'opaque')).json).toMatchObject({
      issuer: opaque.origin,
    });
    expect(tokensOf(opaque)).toEqual(['opaque']);
  });

  it('after a change of the trust list: to no heir of an issuer that was removed', async () => {
    const [rest, gateway, asked] = [await server(), await server(), await server()];
    const application = await scene.start({
      issuers: [
        rest.config(),
        gateway.config({ introspection: { tokenPrefix: 'gw_' } }),
        asked.config({ introspection: { mode: 'always' } }),
      ],
    });
    const trusted = application.app.get(TrustedIssuers);
    expectAccepted(await application.get('/notes', 'gw_1'));
    expectAccepted(await application.get('/notes', 'opaque'));
    trusted.remove(gateway.origin);
    expectRefused(await application.get('/notes', 'gw_1'), 'issuer_untrusted');
    trusted.remove(rest.origin);
    expectRefused(await application.get('/notes', 'opaque'), 'token_malformed');
    expect([rest, gateway, asked].map(tokensOf)).toEqual([['opaque'], ['gw_1'], []]);
    trusted.add(gateway.config({ introspection: { tokenPrefix: 'gw_' } }));
    expectAccepted(await application.get('/notes', 'gw_1'));
  });

  it('a prefix, or the rest, is taken once, also while the application runs', async () => {
    const [rest, gateway] = [await server(), await server()];
    const issuers = [rest.config(), gateway.config({ introspection: { tokenPrefix: 'gw_' } })];
    const application = await scene.start({ issuers });
    const trusted = application.app.get(TrustedIssuers);
    const other = { issuer: 'https://other.example' };
    expect(() => trusted.add(rest.config(other))).toThrow(/introspection: opaque tokens without/);
    const twice = { ...other, introspection: { tokenPrefix: 'gw_' } };
    expect(() => trusted.add(rest.config(twice))).toThrow(/"gw_" is already used by another/);
    trusted.replace(rest.config({ clientIds: ['app'] }));
    expectAccepted(await application.get('/notes', 'opaque'));
  });

  it('in the mode always it is asked about opaque tokens too, where no other issuer takes them', async () => {
    const only = await server();
    const application = await scene.start({
      issuers: [only.config({ introspection: { mode: 'always' } })],
    });
    expectAccepted(await application.get('/notes', 'opaque'));
    const trusted = application.app.get(TrustedIssuers);
    const other = await server();
    trusted.add(other.config({ introspection: { mode: 'always' } }));
    expectRefused(await application.get('/notes', 'opaque'), 'token_malformed');
    const rest = await server();
    trusted.add(rest.config());
    expectAccepted(await application.get('/notes', 'opaque'));
    expect([other, rest].map(tokensOf)).toEqual([[], ['opaque']]);
    const two = [await server(), await server()];
    const undecided = await scene.start({
      issuers: two.map((one) => one.config({ introspection: { mode: 'always' } })),
    });
    expectRefused(await undecided.get('/notes', 'opaque'), 'token_malformed');
    expect(two.map(tokensOf)).toEqual([[], []]);
  });
});

describe('Which addresses are asked', () => {
  it('with an endpoint nothing is discovered', async () => {
    const opaque = await server();
    const application = await scene.start({ issuers: [opaque.config()], warmUp: false });
    expectAccepted(await application.get('/notes', 'opaque'));
    expect(opaque.questions.map(({ path }) => path)).toEqual(['/introspect']);
  });

  it('without one, that of the issuer’s own metadata, read once', async () => {
    const issuer = scene.closing(
      await createTestIssuer({ introspection: true, now: scene.clock.now }),
    );
    const application = await scene.start({ issuers: [issuer.config()] });
    for (let i = 0; i < 3; i++)
      expectAccepted(await application.get('/notes', issuer.opaqueToken()));
    expect(issuer.requests.map(({ path }) => path)).toEqual([
      '/.well-known/openid-configuration',
      ...['/introspect', '/introspect', '/introspect'],
    ]);
  });

  it('a known address is used for an hour while the metadata cannot be read', async () => {
    const metadata = scene.closing(await IntrospectionServer.start());
    const { origin: issuer } = metadata;
    let hasMetadata = true;
    metadata.answerWith(({ method }) => {
      if (method === 'POST') return activeAnswer({ exp: scene.clock.now() / 1_000 + 600 });
      if (hasMetadata) return { issuer, introspection_endpoint: metadata.endpoint };
      return (_request, response) => void response.writeHead(500).end();
    });
    const { introspection, ...rest } = metadata.config();
    const { endpoint: _endpoint, ...credentials } = introspection ?? {};
    const application = await scene.start({ issuers: [{ ...rest, introspection: credentials }] });
    expectAccepted(await application.get('/notes', 'opaque'));
    hasMetadata = false;
    scene.clock.advance(601);
    expectAccepted(await application.get('/notes', 'opaque'));
    await eventually(() =>
      expect(application.log.text('warn')).toContain(`cannot read the metadata of ${issuer}`),
    );
    scene.clock.advance(3_600);
    expectUnavailable(await application.get('/notes', 'opaque'));
  });

  it.each([
    ['names another issuer', { issuer: 'https://other.example' }, 'names the issuer'],
    ['names no endpoint', { introspection_endpoint: undefined }, 'has no usable'],
    [
      'names an endpoint of another scheme',
      { introspection_endpoint: 'https://x.example/i' },
      'another scheme',
    ],
    [
      'names an endpoint within another network',
      { introspection_endpoint: 'http://10.1.2.3/introspect' },
      'insecure|private address',
    ],
  ])('metadata that %s is not followed', async (_what, members, reason) => {
    const metadata = scene.closing(await IntrospectionServer.start());
    metadata.answerWith(({ path }) => {
      if (path.includes('oauth-authorization-server'))
        return (_request, response) => void response.writeHead(404).end();
      const { origin: issuer } = metadata;
      return { issuer, introspection_endpoint: `${issuer}/introspect`, ...members };
    });
    const { introspection, ...rest } = metadata.config();
    const { clientId, clientSecret } = introspection ?? {};
    const application = await scene.start({
      issuers: [{ ...rest, introspection: { clientId, clientSecret } as object }],
    });
    expect((await application.get('/notes', 'opaque')).status).toBe(503);
    expect(application.log.text('error')).toMatch(new RegExp(reason));
    expect(metadata.questions.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('no redirect is followed', async () => {
    const [opaque, elsewhere] = [await server(), await server()];
    const application = await scene.start({ issuers: [opaque.config()] });
    for (const [status, location] of [
      [302, '/introspect2'],
      [307, `${opaque.origin}/introspect2`],
      [308, elsewhere.endpoint],
    ] as const) {
      opaque.answer((_request, response) => void response.writeHead(status, { location }).end());
      expect((await application.get('/notes', 'opaque')).status).toBe(503);
    }
    expect(opaque.questions.map(({ path }) => path)).toEqual(Array(3).fill('/introspect'));
    expect(elsewhere.questions).toEqual([]);
  });
});
