import { createPublicKey, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { AuthModuleConfig } from 'nestjs-trusted-issuers';
import { awsAlb } from 'nestjs-trusted-issuers/presets';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { KEY_LIMITS } from '../../src/core/keys/key-limits.js';
import { AlbKeyServer, albKey, albToken, ARN, CLIENT, padded, POOL } from '../support/alb.js';
import { MovableClock } from '../support/movable-clock.js';
import { startVerifier, type TestVerifier } from '../support/verifier.js';

const preset = awsAlb({ arn: ARN, issuer: POOL, clientIds: CLIENT, region: 'eu-west-1' });

interface Scene extends TestVerifier {
  readonly server: AlbKeyServer;
  readonly clock: MovableClock;
}

async function start(more: Partial<AuthModuleConfig> = {}): Promise<Scene> {
  const server = new AlbKeyServer();
  const clock = new MovableClock();
  const alb = { ...preset, http: { fetch: server.fetch } };
  const verifier = await startVerifier({ ...more, issuers: [alb, ...(more.issuers ?? [])] }, clock);
  return { ...verifier, server, clock };
}

describe.each(['passport-jwt', 'node:crypto'] as const)(
  'User claims of a load balancer, by %s',
  (signatureVerifier) => {
    it('are let in as they are documented, and their key is fetched once, by its name', async () => {
      const { verify, server } = await start({ signatureVerifier });
      const key = albKey();
      server.publish(key);
      const token = albToken(key);
      expect(token).toMatch(/=\./);
      expect(await verify(token)).toMatchObject({
        issuer: POOL,
        subject: '5a1b',
        audience: [],
        claims: { email: 'user@example.com' },
      });
      await verify(token);
      await verify(albToken(key, { claims: { sub: 'bob' } }));
      expect(server.asked).toEqual([
        `https://public-keys.auth.elb.eu-west-1.amazonaws.com/${key.keyId}`,
      ]);
    });

    it('may come without padding as well', async () => {
      const { outcome, server } = await start({ signatureVerifier });
      const key = albKey();
      server.publish(key);
      expect(await outcome(albToken(key, { pad: (segment) => segment }))).toBe('accepted');
    });

    it('are refused where the signature is not theirs', async () => {
      const { outcome, server } = await start({ signatureVerifier });
      const [key, other] = [albKey(), albKey()];
      server.publish(key);
      const forged = albToken({ ...other, keyId: key.keyId });
      expect(await outcome(forged)).toBe('signature_invalid');
      // What was signed with its padding is not signed without it.
      expect(await outcome(albToken(key).replaceAll('=', ''))).toBe('signature_invalid');
    });
  },
);

describe('User claims of a load balancer', () => {
  it('are refused for every near miss, before a key is fetched', async () => {
    const { outcome, server } = await start();
    const key = albKey();
    server.publish(key);
    const other = ARN.replace('50dc6c495c0c9188', '50dc6c495c0c9189');
    const misses: Record<string, string> = {
      'another load balancer': albToken(key, { header: { signer: other } }),
      'no load balancer': albToken(key, { header: { signer: undefined } }),
      'several load balancers': albToken(key, { header: { signer: [ARN] } }),
      'another client': albToken(key, { header: { client: 'other' } }),
      'no client': albToken(key, { header: { client: undefined } }),
      'the client in the claims': albToken(key, {
        header: { client: undefined },
        claims: { client: CLIENT },
      }),
    };
    for (const [name, token] of Object.entries(misses))
      expect([name, await outcome(token)]).toEqual([name, 'claims_invalid']);
    expect(await outcome(albToken(key, { header: { alg: 'RS256' } }))).toBe('signature_invalid');
    expect(await outcome(albToken(key, { claims: { iss: `${POOL}4` } }))).toBe('issuer_untrusted');
    expect(server.asked).toEqual([]);
    expect(await outcome(albToken(key, { claims: { exp: 1 } }))).toBe('token_expired');
    expect(await outcome(albToken(key, { claims: { exp: undefined } }))).toBe('claims_invalid');
    expect(await outcome(albToken(key, { claims: { sub: undefined } }))).toBe('claims_invalid');
  });

  it('says in the log what the header should have, and nothing of the token', async () => {
    const { outcome, log } = await start();
    await outcome(albToken(albKey(), { header: { signer: 'arn:s3cret' } }));
    expect(log.text()).not.toContain('s3cret');
  });

  // RFC 7515 section 2.
  it('are padded whole and right, or not at all', async () => {
    const { outcome, server } = await start();
    const key = albKey();
    server.publish(key);
    const token = albToken(key);
    const [header = '', claims = '', signature = ''] = token.split('.');
    const bare = (segment: string): string => segment.replace(/=+$/, '');
    for (const other of [
      `${header}.${claims}.${bare(signature)}`,
      `${bare(header)}.${claims}.${signature}`,
      `${header}.${claims}.${signature}=`,
      `${header}=.${claims}.${signature}`,
      `${header}.${claims}.${signature}====`,
      `=${header}.${claims}.${signature}`,
      `${header}.${claims}.=`,
      `${header}.${claims}.====`,
    ])
      expect([other === token, await outcome(other)]).toEqual([false, 'token_malformed']);
    expect(server.asked).toEqual([]);
  });

  it('leave padding forbidden for every other issuer, and where there is no load balancer', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const { outcome } = await start({ issuers: [issuer.config()] });
    const token = await issuer.token();
    const withPadding = token.split('.').map(padded).join('.');
    expect(withPadding).not.toBe(token);
    expect(await outcome(token)).toBe('accepted');
    expect(await outcome(withPadding)).toBe('token_malformed');
    const alone = await startVerifier({ issuers: [issuer.config()] });
    expect(await alone.outcome(withPadding)).toBe('token_malformed');
    expect(await alone.outcome(albToken(albKey()))).toBe('token_malformed');
  });

  it('are taken from when the load balancer is added, until it is removed', async () => {
    const server = new AlbKeyServer();
    const key = albKey();
    server.publish(key);
    const { issuers, outcome } = await startVerifier({
      issuers: ['https://a.example'],
      audience: 'a',
    });
    const token = albToken(key);
    expect(await outcome(token)).toBe('token_malformed');
    issuers.add({ ...preset, http: { fetch: server.fetch } });
    expect(await outcome(token)).toBe('accepted');
    issuers.remove('https://a.example');
    expect(await outcome(albToken(key))).toBe('accepted');
    issuers.remove(POOL);
    expect(await outcome(token)).toBe('token_malformed');
  });

  it('can’t come from resolveIssuer: whether padding is read must be known before', async () => {
    const server = new AlbKeyServer();
    const key = albKey();
    server.publish(key);
    const { outcome } = await startVerifier({
      audience: 'a',
      issuers: ['https://a.example'],
      resolveIssuer: {
        origins: [new URL(POOL).origin],
        resolve: () => ({ ...preset, http: { fetch: server.fetch } }),
      },
    });
    const token = albToken(key, { pad: (segment) => segment });
    expect(await outcome(token)).toBe('keys_unavailable');
    expect(server.asked).toEqual([]);
  });
});

describe('The keys of a load balancer', () => {
  it.each([
    ['no kid', undefined],
    ['an empty one', ''],
    ['a path', '../secret'],
    ['a path in code', '%2e%2e%2fsecret'],
    ['another host', 'x@evil.example/'],
    ['a query', 'a?b'],
    ['a fragment', 'a#b'],
    ['a pattern of replace()', '$&'],
    ['white space', 'a b'],
    ['a line break', 'a\n'],
    ['a wider character', 'ä'],
    ['a very long one', 'a'.repeat(65)],
  ])('are not asked for by %s', async (_what, kid) => {
    const { outcome, server } = await start();
    expect(await outcome(albToken(albKey(), { header: { kid } }))).toBe('signature_invalid');
    expect(server.asked).toEqual([]);
  });

  it.each([403, 404, 410])(
    'that are not there (%s) are asked for once a minute',
    async (status) => {
      const { outcome, server, clock } = await start();
      const key = albKey();
      server.status = status;
      for (let call = 0; call < 3; call++)
        expect(await outcome(albToken(key))).toBe('signature_invalid');
      expect(server.asked).toHaveLength(1);
      server.status = undefined;
      server.publish(key);
      clock.advance(60);
      expect(await outcome(albToken(key))).toBe('accepted');
    },
  );

  it.each([
    ['fails', 500, ''],
    ['is no PEM text', undefined, 'oops'],
    ['is a private key', undefined, '-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----'],
    ['is a broken one', undefined, '-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----'],
  ])(
    'that are not available (%s) are a 503, and others are not affected',
    async (_what, status, text) => {
      const { outcome, server } = await start();
      const [good, bad] = [albKey(), albKey()];
      server.publish(good);
      expect(await outcome(albToken(good))).toBe('accepted');
      server.status = status;
      server.put(bad.keyId, text);
      expect(await outcome(albToken(bad))).toBe('keys_unavailable');
      expect(await outcome(albToken(good, { claims: { sub: 'b' } }))).toBe('accepted');
      server.status = undefined;
      server.publish(bad);
      expect(await outcome(albToken(bad))).toBe('accepted');
    },
  );

  it('of another kind than the algorithm are not the ones', async () => {
    const { outcome, server } = await start();
    const key = albKey();
    const issuer = await createTestIssuer({ listen: false, algorithm: 'RS256' });
    const rsa = createPublicKey({ key: issuer.jwks.keys[0] as never, format: 'jwk' });
    server.put(key.keyId, rsa.export({ type: 'spki', format: 'pem' }).toString());
    expect(await outcome(albToken(key))).toBe('signature_invalid');
  });

  it('are fetched once for many tokens that come together', async () => {
    const { outcome, server } = await start();
    const key = albKey();
    server.publish(key);
    const tokens = Array.from({ length: 20 }, (_, index) =>
      albToken(key, { claims: { sub: `user-${index}` } }),
    );
    const outcomes = await Promise.all(tokens.map(outcome));
    expect(new Set(outcomes)).toEqual(new Set(['accepted']));
    expect(server.asked).toHaveLength(1);
  });

  it('are not asked for without end by tokens that make up names, nor is what is known lost', async () => {
    const { outcome, server, clock } = await start();
    const key = albKey();
    server.publish(key);
    expect(await outcome(albToken(key))).toBe('accepted');
    const flood = async (): Promise<string[]> => {
      const outcomes: string[] = [];
      for (let call = 0; call < 200; call++)
        outcomes.push(await outcome(albToken({ ...key, keyId: randomUUID() })));
      return outcomes;
    };
    const outcomes = await flood();
    // What was not looked up was not judged.
    expect(outcomes.filter((code) => code === 'signature_invalid')).toHaveLength(
      KEY_LIMITS.lookupsAtOnce,
    );
    expect(outcomes.filter((code) => code === 'keys_unavailable')).toHaveLength(
      200 - KEY_LIMITS.lookupsAtOnce,
    );
    expect(server.asked).toHaveLength(1 + KEY_LIMITS.lookupsAtOnce);
    expect(await outcome(albToken(key, { claims: { sub: 'b' } }))).toBe('accepted');
    clock.advance(KEY_LIMITS.lookupEverySeconds);
    const fresh = albKey();
    server.publish(fresh);
    expect(await outcome(albToken(fresh))).toBe('accepted');
  });

  it('are no longer good when they are withdrawn, also for remembered tokens', async () => {
    const { outcome, server, clock, log } = await start();
    const key = albKey();
    server.publish(key);
    const claims = { exp: Math.floor(clock.now() / 1_000) + 7_200 };
    const token = albToken(key, { claims });
    expect(await outcome(token)).toBe('accepted');
    server.withdraw(key.keyId);
    clock.advance(KEY_LIMITS.freshSeconds);
    await outcome(token);
    await clock.advanceUntil(() => server.asked.length === 2);
    await new Promise(setImmediate);
    expect(await outcome(token)).toBe('signature_invalid');
    expect(log.text('error')).toContain(`the key set of ${POOL} is empty`);
  });

  it('are still used while their server is down', async () => {
    const { outcome, server, clock, issuers } = await start();
    const key = albKey();
    expect(issuers.status()[0]?.state).toBe('pending');
    server.publish(key);
    const claims = { exp: Math.floor(clock.now() / 1_000) + 7_200 };
    const token = albToken(key, { claims });
    expect(await outcome(token)).toBe('accepted');
    expect(issuers.status()).toMatchObject([{ state: 'fresh', keys: 1 }]);
    server.status = 500;
    clock.advance(KEY_LIMITS.freshSeconds);
    expect(await outcome(token)).toBe('accepted');
    await new Promise(setImmediate);
    expect(await outcome(token)).toBe('accepted');
    clock.advance(KEY_LIMITS.staleIfErrorSeconds);
    expect(await outcome(token)).toBe('keys_unavailable');
    expect(issuers.status()[0]?.state).toBe('unavailable');
  });
});

describe('awsAlb', () => {
  it('knows where the keys of GovCloud are', () => {
    const arn = ARN.replace('arn:aws:', 'arn:aws-us-gov:').replace('eu-west-1', 'us-gov-west-1');
    expect(awsAlb({ arn, issuer: POOL, clientIds: CLIENT }).keys).toEqual({
      publicKeyUri:
        'https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1/{kid}',
    });
  });

  it('takes several load balancers of one region', async () => {
    const second = ARN.replace('notes', 'other');
    const config = awsAlb({ arn: [ARN, second], issuer: POOL, clientIds: [CLIENT, 'b'] });
    expect(config.requiredHeader).toEqual({ signer: [ARN, second], client: [CLIENT, 'b'] });
  });
});
