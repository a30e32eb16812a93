import { describe, expect, it } from '@jest/globals';
import { TrustedIssuers } from 'nestjs-trusted-issuers';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADAPTERS } from '../support/application.js';
import { newPublicJwk } from '../support/public-jwk.js';
import {
  eventually,
  expectAccepted,
  expectRefused,
  expectUnavailable,
  keyScene,
} from '../support/key-scene.js';
import type { SteerableKeyServer } from '../support/steerable-key-server.js';

const scene = keyScene();
const LARGE = { http: { maxBytes: 4_194_304 } };

/** So many keys of others, each with members of its own. */
const others = (count: number, members: (index: number) => object = () => ({})): object[] =>
  Array.from({ length: count }, (_, index) => ({
    ...newPublicJwk('ec'),
    ...members(index),
  }));

/** Entries that look like keys and are found to be none when they are parsed. */
const broken = (count: number, members: (index: number) => object = () => ({})): object[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ kty: 'EC', crv: 'P-256', x: `x${index}`, y: '' },
    ...members(index),
  }));

const named = (index: number) => ({ kid: `other-${index}` });
const keyOf = ({ issuer }: SteerableKeyServer): object => issuer.jwks.keys[0] ?? {};

describe.each(ADAPTERS)('A key set of many keys, on %s', (adapter) => {
  async function serving(...keys: object[]) {
    const server = await scene.keyServer();
    server.reply({ keys: [...keys, keyOf(server)] });
    const remembered: boolean[] = [];
    const application = await scene.start(
      {
        issuers: [server.config(LARGE)],
        observer: { authenticated: (event) => void remembered.push(event.remembered) },
      },
      { adapter },
    );
    const ask = (token = server.issuer.token()) => application.get('/notes', token);
    const status = () => application.app.get(TrustedIssuers).status()[0];
    const warnings = () => application.log.text('warn');
    return { server, application, ask, status, warnings, remembered };
  }

  it.each([101, 150, 2_000])('the last of %i signs', async (count) => {
    const { server, ask, status } = await serving(...others(count - 1, named));
    expectAccepted(await ask());
    expect(status()).toMatchObject({ state: 'fresh', keys: count });
    expectRefused(await ask(server.issuer.token({ kid: 'nobody' })), 'signature_invalid');
    expectRefused(await ask(server.issuer.token({ kid: 'other-99' })), 'signature_invalid');
    expectAccepted(await ask());
  });

  it.each([
    ['others', 100, others, [101, 101]],
    ['entries of no use', 250, broken, [151, 1]],
  ])('behind %s, in the configuration and in a file too', async (_name, count, fill, known) => {
    const server = await scene.keyServer();
    const jwks = { keys: [...fill(count, named), keyOf(server)] };
    const directory = await mkdtemp(join(tmpdir(), 'keys-many-'));
    scene.closing({ close: () => rm(directory, { recursive: true }) });
    const jwksFile = join(directory, 'keys.json');
    await writeFile(jwksFile, JSON.stringify(jwks));
    for (const [index, keys] of [{ jwks }, { jwksFile }].entries()) {
      const config = server.config({ keys, algorithms: ['ES256'] });
      const application = await scene.start({ issuers: [config] }, { adapter });
      expectAccepted(await application.get('/notes', server.issuer.token()));
      const [status] = application.app.get(TrustedIssuers).status();
      expect(status).toMatchObject({ keys: known[index] });
    }
  });

  // RFC 7515 section 4.1.4: `kid` is a hint.
  it('a token without a kid: 16 are tried, and that is a 503', async () => {
    const { server, ask, warnings } = await serving(...others(100));
    server.reply({ keys: [...others(100), { ...keyOf(server), kid: undefined }] });
    expectUnavailable(await ask(server.issuer.token({ header: { kid: undefined } })));
    expect(warnings()).toContain('keys beyond the first 16 of ES256');
  });

  // RFC 7515 sections 4.1.7 and 4.1.8, RFC 7517 sections 4.8 and 4.9.
  it.each(['x5t', 'x5t#S256'])(
    'a token without a kid: the key of its %s is found',
    async (name) => {
      const keys = others(150, (index) => ({ [name]: `other-${index}` }));
      const { server, ask } = await serving();
      server.reply({ keys: [...keys, { ...keyOf(server), kid: undefined, [name]: 'good' }] });
      const token = (value: string) =>
        server.issuer.token({ header: { kid: undefined, [name]: value } });
      expectAccepted(await ask(token('good')));
      expectUnavailable(await ask(token('other-7')));
    },
  );

  it('many of one kid: 16 are tried, and that is a 503', async () => {
    const { ask, application } = await serving(...others(150, () => ({ kid: 'key-1' })));
    expectUnavailable(await ask());
    expect(application.log.text('error')).toContain('the first 16 keys that fit');
  });

  it.each([
    ['of the very kid', { kid: 'key-1' }],
    ['without a kid', {}],
  ])('many of no use %s do not count, however many', async (_name, members) => {
    const { ask, status } = await serving(...broken(150, () => members));
    expectAccepted(await ask());
    expect(status()).toMatchObject({ state: 'fresh' });
    const more = await serving(...broken(350, () => members));
    // What is parsed for one token has a bound, and each token goes on where another ended.
    await eventually(async () => expectAccepted(await more.ask()));
  });

  it('the first hundreds of no use are no failed fetch', async () => {
    const { server, ask, status, warnings } = await serving(...broken(350, named));
    expectAccepted(await ask());
    expect(status()).toMatchObject({ state: 'fresh', lastError: undefined });
    expect(warnings()).toContain('keys[0]: not a key this runtime can read');
    expect(warnings().length).toBeLessThan(2_000);
    expectRefused(await ask(server.issuer.token({ kid: 'other-349' })), 'signature_invalid');
  });

  it('a set without a usable key is a failed fetch: the old keys are still used, and the log stays short', async () => {
    const { server, ask, status, application } = await serving();
    expectAccepted(await ask());
    server.reply({ keys: broken(1_000, named) });
    for (let turn = 0; turn < 5; turn++) {
      scene.clock.advance(60);
      expectUnavailable(await ask(server.issuer.token({ kid: `new-${turn}` })));
      expectAccepted(await ask());
    }
    expect(status()).toMatchObject({ keys: 1 });
    expect(application.log.text('warn').split('ignored: ').length - 1).toBe(1);
    server.comeBack();
    scene.clock.advance(60);
    expectAccepted(await ask(server.issuer.token({ expiresInSeconds: 900 })));
  });

  it('one of no use beyond the first is named when a token needs it, once', async () => {
    const { server, ask, status, warnings } = await serving(
      ...others(120, named),
      ...broken(1, () => ({ kid: 'broken' })),
    );
    expectAccepted(await ask());
    expect(status()).toMatchObject({ keys: 122 });
    expect(warnings()).not.toContain('keys[120]');
    for (let turn = 0; turn < 3; turn++)
      expectRefused(await ask(server.issuer.token({ kid: 'broken' })), 'signature_invalid');
    expect(warnings()).toContain('keys[120]: not a key this runtime can read');
    expect(status()).toMatchObject({ keys: 121 });
  });

  it('rotation: a new key counts at once, one that left does not, and others stay remembered', async () => {
    const fill = others(1_000, named);
    const { server, ask, remembered } = await serving(...fill);
    const lasting = await scene.keyServer();
    const [first, second] = [{ ...keyOf(server) }, { ...keyOf(lasting), kid: 'lasting' }];
    server.reply({ keys: [...fill, second, first] });
    const old = server.issuer.token();
    const ofLasting = lasting.issuer.token({ kid: 'lasting', claims: { iss: server.origin } });
    expectAccepted(await ask(old));
    expectAccepted(await ask(ofLasting));
    await server.issuer.rotateKeys({ keepOld: false });
    server.reply({ keys: [keyOf(server), ...[...fill].reverse(), second] });
    expectAccepted(await ask());
    expectRefused(await ask(old), 'signature_invalid');
    expect(remembered).toEqual([false, false, false]);
    expectAccepted(await ask(ofLasting));
    expect(remembered).toEqual([false, false, false, true]);
    expect(server.keyHits).toBe(2);
  });

  it('new material under the kid of the last counts after its first token', async () => {
    const fill = others(200, named);
    const { server, ask } = await serving(...fill);
    expectAccepted(await ask());
    const next = await scene.keyServer(); // its key is named key-1 too
    server.reply({ keys: [...fill, keyOf(next)] });
    const token = () => next.issuer.token({ claims: { iss: server.origin } });
    expectRefused(await ask(token()), 'signature_invalid');
    await eventually(async () => expectAccepted(await ask(token())));
    expectRefused(await ask(), 'signature_invalid');
  });

  it('keys that say that they are another issuer’s take no place', async () => {
    const keys = others(150, () => ({ issuer: 'https://other.example' }));
    const { server, ask } = await serving(...keys);
    expectAccepted(await ask(server.issuer.token({ header: { kid: undefined } })));
    const next = await scene.keyServer();
    server.reply({ keys: [...keys, keyOf(next)] });
    const token = () => next.issuer.token({ claims: { iss: server.origin } });
    expectRefused(await ask(token()), 'signature_invalid');
    await eventually(async () => expectAccepted(await ask(token())));
  });
});
