import { describe, expect, it } from '@jest/globals';
import { TrustedIssuers } from 'nestjs-trusted-issuers';
import type { TestApplication } from '../support/application.js';
import { activeAnswer, IntrospectionServer } from '../support/introspection-server.js';
import { expectAccepted, expectRefused, keyScene } from '../support/key-scene.js';

const scene = keyScene();

interface Scene {
  readonly server: IntrospectionServer;
  readonly application: TestApplication;
  /** A request, and how many questions it took. */
  ask(token: string): Promise<{ status: number; asked: number }>;
}

async function remembering(
  maxAgeSeconds: number,
  more: Partial<Parameters<typeof scene.start>[0]> = {},
): Promise<Scene> {
  const server = scene.closing(await IntrospectionServer.start());
  server.answerWith(() => activeAnswer({ exp: scene.clock.now() / 1_000 + 600 }));
  const application = await scene.start({
    issuers: [server.config({ introspection: { maxAgeSeconds } })],
    ...more,
  });
  const ask: Scene['ask'] = async (token) => {
    const before = server.questions.length;
    const { status } = await application.get('/notes', token);
    return { status, asked: server.questions.length - before };
  };
  return { server, application, ask };
}

describe('Answers to introspection', () => {
  it('are not remembered, unless that is configured', async () => {
    const { server, ask } = await remembering(0);
    for (let i = 0; i < 3; i++) expect(await ask('opaque')).toEqual({ status: 200, asked: 1 });
    server.answer({ active: false });
    for (let i = 0; i < 3; i++) expect(await ask('opaque')).toEqual({ status: 401, asked: 1 });
  });

  it('are remembered for maxAgeSeconds', async () => {
    const { server, ask } = await remembering(30);
    expect(await ask('opaque')).toEqual({ status: 200, asked: 1 });
    server.answer({ active: false });
    scene.clock.advance(29);
    expect(await ask('opaque')).toEqual({ status: 200, asked: 0 });
    scene.clock.advance(1);
    expect(await ask('opaque')).toEqual({ status: 401, asked: 1 });
  });

  // RFC 7662 section 4.
  it('are not remembered past "exp", nor for as long as clocks may differ', async () => {
    const { server, ask } = await remembering(3_600);
    expect(await ask('opaque')).toEqual({ status: 200, asked: 1 });
    scene.clock.advance(599);
    expect(await ask('opaque')).toEqual({ status: 200, asked: 0 });
    scene.clock.advance(2);
    server.answer({ active: false });
    expect(await ask('opaque')).toEqual({ status: 401, asked: 1 });
  });

  it('count for the very token alone', async () => {
    const { ask } = await remembering(30);
    expect(await ask('opaque')).toEqual({ status: 200, asked: 1 });
    for (const token of ['Opaque', 'opaque=', 'opaqu', 'opaque.'])
      expect(await ask(token)).toEqual({ status: 200, asked: 1 });
  });

  it('that a token is not active are remembered for 10 s at most', async () => {
    const { server, ask } = await remembering(3_600);
    server.answer({ active: false });
    expect(await ask('opaque')).toEqual({ status: 401, asked: 1 });
    expect(await ask('opaque')).toEqual({ status: 401, asked: 0 });
    server.answerWith(() => activeAnswer({ exp: scene.clock.now() / 1_000 + 600 }));
    scene.clock.advance(9);
    expect(await ask('opaque')).toEqual({ status: 401, asked: 0 });
    scene.clock.advance(1);
    expect(await ask('opaque')).toEqual({ status: 200, asked: 1 });
  });

  it('of no use are not remembered', async () => {
    const { server, ask } = await remembering(30);
    server.answer({ active: 'true' });
    expect(await ask('opaque')).toEqual({ status: 503, asked: 1 });
    expect(await ask('opaque')).toEqual({ status: 503, asked: 1 });
  });

  it('that fail the terms are asked for again', async () => {
    const { server, ask } = await remembering(30);
    server.answer(activeAnswer({ aud: 'https://other.example' }));
    expect(await ask('opaque')).toEqual({ status: 401, asked: 1 });
    expect(await ask('opaque')).toEqual({ status: 401, asked: 1 });
  });

  it('junk drives out no good token', async () => {
    const { server, ask } = await remembering(3_600);
    expect(await ask('opaque')).toEqual({ status: 200, asked: 1 });
    server.answer({ active: false });
    for (let at = 0; at < 1_100; at++) await ask(`junk${at}`);
    expect(await ask('opaque')).toEqual({ status: 200, asked: 0 });
    // The space of the junk is small.
    expect(await ask('junk0')).toEqual({ status: 401, asked: 1 });
    expect(await ask('junk1099')).toEqual({ status: 401, asked: 0 });
  }, 60_000);

  it('revocation, required claims and trust are asked again for what is remembered', async () => {
    let [isRevoked, isRequired] = [false, true];
    const server = scene.closing(await IntrospectionServer.start());
    server.answerWith(() => activeAnswer({ exp: scene.clock.now() / 1_000 + 600 }));
    const application = await scene.start({
      issuers: [
        server.config({
          introspection: { maxAgeSeconds: 300 },
          requiredClaims: { sub: () => isRequired },
        }),
      ],
      isRevoked: () => isRevoked,
    });
    const get = () => application.get('/notes', 'opaque');
    expectAccepted(await get());
    isRevoked = true;
    expectRefused(await get(), 'token_revoked');
    isRevoked = false;
    isRequired = false;
    expectRefused(await get(), 'claims_invalid');
    isRequired = true;
    expectAccepted(await get());
    expect(server.questions).toHaveLength(1);
    const trusted = application.app.get(TrustedIssuers);
    trusted.replace(server.config({ introspection: { maxAgeSeconds: 300 } }));
    expectAccepted(await get());
    expect(server.questions).toHaveLength(2);
    trusted.remove(server.origin);
    expectRefused(await get(), 'token_malformed');
  });

  it('say that they are remembered', async () => {
    const remembered: unknown[] = [];
    const { ask } = await remembering(30, {
      observer: { authenticated: ({ remembered: is }) => void remembered.push(is) },
    });
    await ask('opaque');
    await ask('opaque');
    expect(remembered).toEqual([false, true]);
  });

  it('a clock that is set back makes nothing last longer', async () => {
    const { ask } = await remembering(30);
    expect(await ask('opaque')).toEqual({ status: 200, asked: 1 });
    scene.clock.advance(-3_600);
    expect(await ask('opaque')).toEqual({ status: 200, asked: 1 });
  });
});
