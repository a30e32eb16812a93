import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AccessTokenVerifier,
  type AuthModuleConfig,
  type Identity,
  MemoryRevocationStore,
  Revocations,
  vouchFor,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { MovableClock } from '../support/movable-clock.js';

const OK = 200;
const REVOKED = { status: 401, code: 'token_revoked' };

let issuer: TestIssuer;
let partner: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false });
  partner = await createTestIssuer({ listen: false, issuer: 'https://partner.example.com' });
});

interface Scene {
  readonly application: TestApplication;
  readonly revocations: Revocations;
  identityOf(token: string): Promise<Identity>;
  /** The status of a good answer, or what the body of a refusal says. */
  outcome(token: string): Promise<unknown>;
}

async function sceneOf(
  config: Partial<AuthModuleConfig> = {},
  options: Parameters<typeof startApplication>[1] = {},
): Promise<Scene> {
  const application = await startApplication(
    {
      issuers: [issuer.config(), partner.config()],
      revocation: { store: new MemoryRevocationStore() },
      ...config,
    },
    options,
  );
  return {
    application,
    revocations: application.app.get(Revocations),
    identityOf: (token) => application.app.get(AccessTokenVerifier).verify(token),
    async outcome(token) {
      const { status, json } = await application.get('/notes', token);
      return status === OK ? OK : json;
    },
  };
}

describe.each(ADAPTERS)('Revocations on %s', (adapter) => {
  let scene: Scene;
  beforeAll(async () => void (scene = await sceneOf({}, { adapter })));
  afterAll(() => scene.application.close());

  it('revokes one token, and no other of its subject, nor the same jti of another issuer', async () => {
    const [token, other] = [{ jti: 'j-1' }, { jti: 'j-2' }].map((claims) =>
      issuer.token({ claims }),
    ) as [string, string];
    const foreign = partner.token({ claims: { jti: 'j-1' } });
    // Twice: the second time it is remembered.
    for (const one of [token, other, foreign, token, other, foreign])
      expect(await scene.outcome(one)).toBe(OK);
    await scene.revocations.revokeToken(await scene.identityOf(token));
    expect(await scene.outcome(token)).toMatchObject(REVOKED);
    expect(await scene.outcome(other)).toBe(OK);
    expect(await scene.outcome(foreign)).toBe(OK);
  });

  it('revokes a token that is only named, before it is ever seen', async () => {
    const token = issuer.token({ claims: { jti: 'named' } });
    const untilSeconds = Date.now() / 1_000 + 3_600;
    await scene.revocations.revokeToken({ issuer: issuer.issuer, tokenId: 'named', untilSeconds });
    expect(await scene.outcome(token)).toMatchObject(REVOKED);
  });

  it.each([
    ['subject', { sub: 'amy' }, (to: Revocations) => to.revokeSubject],
    ['session', { sid: 's-1' }, (to: Revocations) => to.endSession],
    ['client', { client_id: 'app' }, (to: Revocations) => to.revokeClient],
  ] as const)(
    'revokes what was issued to a %s until now, and nothing later',
    async (kind, claims, method) => {
      const nowSeconds = Math.floor(Date.now() / 1_000);
      const [before, without, after] = [nowSeconds, undefined, nowSeconds + 2].map((iat) =>
        issuer.token({ claims: { ...claims, iat } }),
      ) as [string, string, string];
      const others = [issuer.token({ claims: { sub: 'bob' } }), partner.token({ claims })];
      for (const one of [before, without, after, ...others])
        expect(await scene.outcome(one)).toBe(OK);
      const [name] = Object.values(claims);
      const member = { subject: 'subject', session: 'sessionId', client: 'clientId' }[kind];
      await method(scene.revocations).call(scene.revocations, {
        issuer: issuer.issuer,
        [member]: name,
      } as never);
      expect(await scene.outcome(before)).toMatchObject(REVOKED);
      expect(await scene.outcome(without)).toMatchObject(REVOKED);
      for (const one of [after, ...others]) expect(await scene.outcome(one)).toBe(OK);
    },
  );

  it('counts in the moment that is named', async () => {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    const [early, late] = [nowSeconds - 100, nowSeconds - 50].map((iat) =>
      issuer.token({ claims: { sub: 'carol', iat } }),
    ) as [string, string];
    await scene.revocations.revokeSubject(
      { issuer: issuer.issuer, subject: 'carol' },
      nowSeconds - 75,
    );
    expect(await scene.outcome(early)).toMatchObject(REVOKED);
    expect(await scene.outcome(late)).toBe(OK);
  });
});

describe('Revocations', () => {
  it('of a whole issuer leave the others alone', async () => {
    const scene = await sceneOf();
    const [one, another] = [issuer.token(), partner.token()];
    await scene.revocations.revokeIssuer({ issuer: issuer.issuer });
    expect(await scene.outcome(one)).toMatchObject(REVOKED);
    expect(await scene.outcome(another)).toBe(OK);
    await scene.application.close();
  });

  it('count under every name of an issuer', async () => {
    const alias = 'https://alias.example.com';
    const config = { ...issuer.config(), issuerAliases: [alias] };
    const scene = await sceneOf({ issuers: [config] });
    const tokens = [alias, issuer.issuer].map((iss) =>
      issuer.token({ claims: { iss, sub: 'dora' } }),
    );
    for (const token of tokens) expect(await scene.outcome(token)).toBe(OK);
    await scene.revocations.revokeSubject({ issuer: alias, subject: 'dora' });
    for (const token of tokens) expect(await scene.outcome(token)).toMatchObject(REVOKED);
    await scene.application.close();
  });

  it('know a subject by the identity and by the token', async () => {
    const config = { ...issuer.config(), identity: { subject: 'oid' } };
    const scene = await sceneOf({ issuers: [config] });
    const tokenOf = (oid: string) => issuer.token({ claims: { oid, sub: `pairwise of ${oid}` } });
    const name = issuer.issuer;
    await scene.revocations.revokeSubject({ issuer: name, subject: 'one' });
    await scene.revocations.revokeSubject({ issuer: name, subject: 'pairwise of two' });
    expect(await scene.outcome(tokenOf('one'))).toMatchObject(REVOKED);
    expect(await scene.outcome(tokenOf('two'))).toMatchObject(REVOKED);
    expect(await scene.outcome(tokenOf('three'))).toBe(OK);
    await scene.application.close();
  });

  it('are asked before isRevoked, which is asked all the same', async () => {
    const asked: string[] = [];
    const isRevoked = ({ subject }: Identity) => {
      asked.push(subject);
      return subject === 'erin';
    };
    const scene = await sceneOf({ isRevoked });
    const tokenOf = (sub: string) => issuer.token({ claims: { sub } });
    await scene.revocations.revokeSubject({ issuer: issuer.issuer, subject: 'frank' });
    expect(await scene.outcome(tokenOf('frank'))).toMatchObject(REVOKED);
    expect(await scene.outcome(tokenOf('erin'))).toMatchObject(REVOKED);
    expect(await scene.outcome(tokenOf('grace'))).toBe(OK);
    expect(asked).toEqual(['erin', 'grace']);
    await scene.application.close();
  });

  it('refuse a token that is older than what they remember, so that its holder gets a new one', async () => {
    const clock = new MovableClock();
    const scene = await sceneOf(
      { revocation: { store: new MemoryRevocationStore(), maxTokenLifetimeSeconds: 3_600 } },
      { clock },
    );
    const iat = Math.floor(clock.now() / 1_000);
    const token = issuer.token({ claims: { iat, exp: iat + 86_400 } });
    clock.advance(3_600);
    expect(await scene.outcome(token)).toBe(OK);
    clock.advance(1);
    expect(await scene.outcome(token)).toMatchObject({ status: 401, code: 'token_expired' });
    await scene.application.close();
  });

  it('forget a mark when no token of its time can be alive, and not before', async () => {
    const clock = new MovableClock();
    const store = new MemoryRevocationStore();
    const scene = await sceneOf(
      { revocation: { store, maxTokenLifetimeSeconds: 3_600 } },
      { clock },
    );
    const { revocations } = scene;
    await revocations.revokeSubject({ issuer: issuer.issuer, subject: 'henry' });
    clock.advance(3_600);
    expect(revocations.status()).toMatchObject({ state: 'current', marks: 1 });
    clock.advance(1_200);
    expect(revocations.status()).toMatchObject({ state: 'current', marks: 0 });
    await scene.application.close();
  });
});

describe('What Revocations does not take', () => {
  let scene: Scene;
  beforeAll(async () => void (scene = await sceneOf()));
  afterAll(() => scene.application.close());

  it('is an identity whose token has no jti: it names what does', async () => {
    const identity = await scene.identityOf(issuer.token({ claims: { jti: undefined } }));
    const revoking = scene.revocations.revokeToken(identity);
    await expect(revoking).rejects.toThrow(TypeError);
    await expect(revoking).rejects.toThrow('revokeSubject');
    await expect(scene.revocations.revokeToken(vouchFor(identity))).rejects.toThrow(
      'revokeSubject',
    );
  });

  it.each([
    ['no issuer', (to: Revocations) => to.revokeIssuer({ issuer: '' })],
    [
      'no subject',
      (to: Revocations) => to.revokeSubject({ issuer: 'i', subject: undefined as never }),
    ],
    [
      'a time in milliseconds',
      (to: Revocations) => to.revokeSubject({ issuer: 'i', subject: 's' }, Date.now()),
    ],
    ['no time', (to: Revocations) => to.revokeSubject({ issuer: 'i', subject: 's' }, Number.NaN)],
    [
      'a token that nobody names',
      (to: Revocations) => to.revokeToken({ issuer: 'i', tokenId: 7 as never, untilSeconds: 1 }),
    ],
    [
      'a token without an end',
      (to: Revocations) => to.revokeToken({ issuer: 'i', tokenId: 'j' } as never),
    ],
    ['nothing', (to: Revocations) => to.revokeToken(undefined as never)],
    ['nothing at all', (to: Revocations) => to.revokeSubject(undefined as never)],
  ])('is %s', async (_what, call) => {
    await expect(call(scene.revocations)).rejects.toThrow(TypeError);
    expect(scene.revocations.status()?.marks).toBe(0);
  });

  it('is anything, where the option is not given', async () => {
    const application = await startApplication({ issuers: [issuer.config()] });
    const revocations = application.app.get(Revocations);
    expect(revocations.status()).toBeUndefined();
    await expect(revocations.revokeIssuer({ issuer: issuer.issuer })).rejects.toThrow(
      'AuthModule has no revocation',
    );
    await application.close();
  });
});
