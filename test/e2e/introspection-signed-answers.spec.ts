import { describe, expect, it } from '@jest/globals';
import type { IntrospectionConfig } from 'nestjs-trusted-issuers';
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
const TYPE = 'token-introspection+jwt';

interface Scene {
  readonly issuer: TestIssuer;
  readonly server: IntrospectionServer;
  readonly application: TestApplication;
  /** Answers with a signed answer, good but for these members. */
  answer(claims?: object, header?: object, signer?: TestIssuer): void;
}

async function signing(
  signedAnswers: IntrospectionConfig['signedAnswers'] & string,
): Promise<Scene> {
  const issuer = scene.closing(await createTestIssuer({ now: scene.clock.now }));
  const server = scene.closing(await IntrospectionServer.start());
  const introspection = { ...server.config().introspection, signedAnswers };
  const application = await scene.start({ issuers: [issuer.config({ introspection })] });
  const nowSeconds = Math.floor(scene.clock.now() / 1_000);
  const answer: Scene['answer'] = (claims = {}, header = {}, signer = issuer) => {
    const jws = signer.sign(
      { alg: 'ES256', kid: signer.kid, typ: TYPE, ...header },
      {
        ...{ iss: issuer.issuer, aud: 'api', iat: nowSeconds },
        token_introspection: activeAnswer({ exp: nowSeconds + 600 }),
        ...claims,
      },
    );
    server.answer(
      (_request, response) =>
        void response.writeHead(200, { 'content-type': `application/${TYPE}` }).end(jws),
    );
  };
  return { issuer, server, application, answer };
}

const plain = (): object => activeAnswer({ exp: scene.clock.now() / 1_000 + 600 });

// RFC 9701 section 4. RFC 9701 section 5.
describe('Signed answers', () => {
  it.each([
    ['required', `application/${TYPE}`, [200, 503]],
    ['accepted', `application/${TYPE}, application/json;q=0.9`, [200, 200]],
    ['off', 'application/json', [503, 200]],
  ] as const)(
    'signedAnswers %s: what is asked for, and which answers count',
    async (signedAnswers, accept, statuses) => {
      const { server, application, answer } = await signing(signedAnswers);
      answer();
      const signed = await application.get('/notes', 'opaque');
      server.answerWith(plain);
      expect([signed.status, (await application.get('/notes', 'opaque')).status]).toEqual(statuses);
      expect(server.questions[0]?.headers['accept']).toBe(accept);
    },
  );

  it('say that a token is not active, too', async () => {
    const { application, answer } = await signing('required');
    answer({ token_introspection: { active: false } });
    expectRefused(await application.get('/notes', 'opaque'), 'token_inactive');
  });

  it('are for this API by its clientId or its audience', async () => {
    const { application, answer } = await signing('required');
    for (const aud of ['api', ['other', 'api'], 'https://api.example.com']) {
      answer({ aud });
      expectAccepted(await application.get('/notes', 'opaque'));
    }
  });

  const seconds = (offset: number): number => Math.floor(Date.now() / 1_000) + offset;
  it.each<readonly [what: string, claims: object, header: object, reason: string]>([
    ['of another issuer', { iss: 'https://other.example' }, {}, 'another "iss"'],
    ['of nobody', { iss: undefined }, {}, 'another "iss"'],
    ['for another API', { aud: 'other' }, {}, 'for another API'],
    ['for nobody', { aud: undefined }, {}, 'for another API'],
    ['of another type', {}, { typ: 'JWT' }, 'another "typ"'],
    ['of no type', {}, { typ: undefined }, 'another "typ"'],
    ['of an access token’s type', {}, { typ: 'at+jwt' }, 'another "typ"'],
    ['without iat', { iat: undefined }, {}, 'no "iat"'],
    ['old', { iat: seconds(-100) }, {}, 'too old'],
    ['of the future', { iat: seconds(1_000) }, {}, 'in the future'],
    ['expired', { exp: seconds(-100) }, {}, 'too old'],
    ['without what it says', { token_introspection: undefined }, {}, 'not a JSON object'],
    [
      'with text for what it says',
      { token_introspection: '{"active":true}' },
      {},
      'not a JSON object',
    ],
    ['with "true" as a text', { token_introspection: { active: 'true' } }, {}, 'not a boolean'],
    ['by an unknown key', {}, { kid: 'unknown' }, 'a key that the issuer does not have'],
    ['unsigned', {}, { alg: 'none' }, 'an algorithm'],
    ['by a secret', {}, { alg: 'HS256' }, 'an algorithm'],
  ])('%s: of no use', async (_what, claims, header, reason) => {
    const { application, answer } = await signing('required');
    answer(claims, header);
    expectUnavailable(await application.get('/notes', 'opaque'));
    expect(application.log.text('error')).toContain(reason);
  });

  it('of another key, or changed: not accepted', async () => {
    const { issuer, server, application, answer } = await signing('required');
    const stranger = scene.closing(await createTestIssuer({ now: scene.clock.now }));
    answer({}, {}, stranger);
    expectUnavailable(await application.get('/notes', 'opaque'));
    expect(application.log.text('error')).toContain('a signature that does not verify');
    for (const body of [issuer.token(), 'no.jws', '', 'a.b.c.d.e']) {
      scene.clock.advance(60);
      server.answer(
        (_request, response) =>
          void response.writeHead(200, { 'content-type': `application/${TYPE}` }).end(body),
      );
      expectUnavailable(await application.get('/notes', 'opaque'));
    }
  });

  it('are no access tokens', async () => {
    const { issuer, application } = await signing('required');
    const token = issuer.token({ type: TYPE, claims: { token_introspection: { active: true } } });
    expectRefused(await application.get('/notes', token), 'claims_invalid');
  });

  it('while the keys are not available it is unknown, and the endpoint is not to blame', async () => {
    const { issuer, server, application, answer } = await signing('required');
    answer();
    issuer.goDown(500);
    for (let i = 0; i < 4; i++) expectUnavailable(await application.get('/notes', `opaque${i}`));
    expect(server.questions).toHaveLength(4);
    issuer.comeBack();
    scene.clock.advance(10);
    expectAccepted(await application.get('/notes', 'opaque'));
  });

  it('the kit gives them', async () => {
    const issuer = scene.closing(
      await createTestIssuer({ introspection: true, now: scene.clock.now }),
    );
    const application = await scene.start({
      issuers: [issuer.config({ introspection: { signedAnswers: 'required' } })],
    });
    expectAccepted(await application.get('/notes', issuer.opaqueToken()));
    expectRefused(await application.get('/notes', 'another'), 'token_inactive');
  });
});
