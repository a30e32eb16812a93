import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import type { AuthModuleConfig } from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { resolveConfig } from '../../../../src/config/resolved-config.js';
import { resolveTrustedIssuer } from '../../../../src/config/resolved-issuer.js';
import { TrustedIssuers } from '../../../../src/core/issuers/trusted-issuers.js';
import type { TrustedIssuer } from '../../../../src/core/issuers/trusted-issuer.js';
import type { Attempt, AuthenticatedToken } from '../../../../src/core/jwt/authenticated-token.js';
import { JwtAuthenticator } from '../../../../src/core/jwt/jwt-authenticator.js';
import { NodeCryptoSignatureVerifier } from '../../../../src/core/jwt/node-crypto-signature-verifier.js';
import type { SignatureVerifier } from '../../../../src/core/jwt/signature-verifier.js';
import {
  parseUnverifiedToken,
  type UnverifiedToken,
} from '../../../../src/core/jwt/unverified-token.js';
import { KeySet } from '../../../../src/core/keys/key-set.js';
import type { VerificationKey } from '../../../../src/core/keys/key-source.js';
import {
  publicVerificationKey,
  StaticKeySource,
} from '../../../../src/core/keys/static-key-source.js';
import { AuthEvents } from '../../../../src/core/observability/auth-events.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';
import { MovableClock } from '../../../support/movable-clock.js';

const AUDIENCE = 'https://api.example.com';

/** Checks signatures by node:crypto, and counts the keys that it is given. */
class CountingVerifier implements SignatureVerifier {
  readonly keys: number[] = [];
  private readonly real = new NodeCryptoSignatureVerifier();

  verify(...[token, keys]: Parameters<SignatureVerifier['verify']>) {
    this.keys.push(keys.length);
    return this.real.verify(token, keys);
  }
}

async function scene(terms: object = {}, module: AuthModuleConfig = {}) {
  const clock = new MovableClock(Date.UTC(2026, 0, 1));
  const issuer = await createTestIssuer({ listen: false, now: clock.now });
  const listed = {
    issuer: issuer.issuer,
    audience: AUDIENCE,
    keys: { jwks: issuer.jwks as never },
  };
  const config = resolveConfig({ issuers: [{ ...listed, ...terms }], ...module });
  const issuers = new TrustedIssuers(config, clock, new AuthEvents({ observers: [] }));
  const signatures = new CountingVerifier();
  const authenticator = new JwtAuthenticator(issuers, signatures, clock, config);
  const attempts: Attempt[] = [];
  const authenticate = (token: string) => {
    const attempt: Attempt = { startedAt: 0, issuer: undefined, isShared: false };
    attempts.push(attempt);
    return authenticator.authenticate(token, attempt);
  };
  return { clock, issuer, issuers, authenticator, authenticate, attempts, signatures };
}

describe('JwtAuthenticator', () => {
  it('says who issued a token to whom, with claims that no code can change', async () => {
    const { issuer, authenticate, attempts, issuers } = await scene();
    const token = issuer.token({ subject: 'alice', claims: { groups: ['a'] } });
    const { trusted, claims, subject } = (await authenticate(token)) as AuthenticatedToken;
    expect([trusted, subject]).toEqual([issuers.find(issuer.issuer), 'alice']);
    expect([claims, claims['groups']].every(Object.isFrozen)).toBe(true);
    expect(attempts).toMatchObject([{ issuer: issuer.issuer, isShared: false }]);
  });

  it('checks the signature of a token once, and remembers it', async () => {
    const { issuer, authenticator, authenticate, signatures } = await scene();
    const token = issuer.token({ subject: 'alice' });
    expect(authenticator.recall(token)).toBeUndefined();
    await authenticate(token);
    expect(authenticator.recall(token)?.identity).toMatchObject({ subject: 'alice' });
    expect(await authenticate(token)).toMatchObject({ subject: 'alice' });
    expect(signatures.keys).toEqual([1]);
  });

  it('tells those whose work another did from who did it', async () => {
    const { issuer, authenticate, attempts } = await scene();
    // The first check of a turn is made at once, and leaves nothing to share.
    authenticate(issuer.tamperedToken());
    const token = issuer.token();
    await Promise.all([authenticate(token), authenticate(token)]);
    expect(attempts.slice(1).map(({ isShared }) => isShared)).toEqual([false, true]);
  });

  it('remembers nothing where there is no cache, and shares nothing', async () => {
    const { issuer, authenticator, authenticate, attempts, signatures } = await scene(
      {},
      { verifiedTokenCache: false },
    );
    const token = issuer.token();
    await Promise.all([authenticate(token), authenticate(token)]);
    await authenticate(token);
    expect(authenticator.recall(token)).toBeUndefined();
    expect(signatures.keys).toEqual([1, 1, 1]);
    expect(attempts.map(({ isShared }) => isShared)).toEqual([false, false, false]);
  });

  it('reads padding where a trusted issuer may pad, and nowhere else', async () => {
    const padded = (token: string): string =>
      token
        .split('.')
        .map((segment) => segment.padEnd(Math.ceil(segment.length / 4) * 4, '='))
        .join('.');
    const [strict, lenient] = [await scene(), await scene({ allowPadding: true })];
    const tokens = [strict.issuer.token(), lenient.issuer.token()] as const;
    for (const token of tokens) expect(padded(token)).not.toBe(token);
    expect(await strict.authenticate(padded(tokens[0]))).toMatchObject({ code: 'token_malformed' });
    // What was signed without padding is not signed with it.
    expect(await lenient.authenticate(padded(tokens[1]))).toMatchObject({ check: 'signature' });
  });

  it('refuses at the first step that does, and remembers no token that it refuses', async () => {
    const { issuer, authenticator, authenticate, attempts, signatures } = await scene();
    const known = { issuer: issuer.issuer };
    const steps: [token: string, refusal: object, attempt: object, keys: number[]][] = [
      ['a.b', { code: 'token_malformed', check: 'form' }, { issuer: undefined }, []],
      [
        issuer.token({ header: { nonce: 'n' }, claims: { iss: 'https://unknown.test/a/b' } }),
        { code: 'issuer_untrusted', reason: expect.stringContaining('"nonce"') },
        { issuer: undefined },
        [],
      ],
      [issuer.token({ header: { typ: 'JOSE' } }), { check: 'typ' }, known, []],
      [issuer.token({ kid: 'unknown' }), { check: 'key' }, known, []],
      [issuer.tamperedToken(), { code: 'signature_invalid', check: 'signature' }, known, [1]],
      [issuer.token({ claims: { aud: 'other' } }), { code: 'audience_invalid' }, known, [1]],
      [issuer.token({ expiresInSeconds: -60 }), { code: 'token_expired' }, known, [1]],
      [issuer.token({ kid: 'unknown', expiresInSeconds: -60 }), { check: 'key' }, known, []],
    ];
    for (const [token, refusal, attempt, keys] of steps) {
      signatures.keys.length = 0;
      expect(await authenticate(token)).toMatchObject(refusal);
      expect(attempts.at(-1)).toMatchObject(attempt);
      expect(signatures.keys).toEqual(keys);
      expect(authenticator.recall(token)).toBeUndefined();
    }
  });
});

describe('The signature of a token that fits many keys', () => {
  const strangers = Array.from({ length: 20 }, () =>
    publicVerificationKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
  );

  async function bench(before: number, { after = 0 } = {}) {
    const { issuer, issuers, authenticator, signatures } = await scene();
    const [own] = (await (issuers.find(issuer.issuer) as TrustedIssuer).keys.all()) as [
      VerificationKey,
    ];
    const signer = { ...own, keyId: undefined };
    const keys = [...strangers.slice(0, before), signer, ...strangers.slice(20 - after)];
    const policy = resolveTrustedIssuer({ issuer: issuer.issuer, audience: AUDIENCE });
    const trusted: TrustedIssuer = { policy, keys: new StaticKeySource(KeySet.of(keys)) };
    const parsed = (text: string): UnverifiedToken => parseUnverifiedToken(text) as UnverifiedToken;
    const token = parsed(issuer.token({ header: { kid: undefined } }));
    const tampered = parsed(issuer.tamperedToken({ header: { kid: undefined } }));
    const verify = (parsedToken: UnverifiedToken, first: number) =>
      authenticator.verifySignature(parsedToken, trusted, keys.slice(0, first));
    return { verify, token, tampered, signer, tried: signatures.keys };
  }

  it('is good by the last of 16, also when the issuer gives them little by little', async () => {
    for (const first of [16, 10, 1]) {
      const { verify, token, signer } = await bench(15);
      expect(await verify(token, first)).toBe(signer);
    }
  });

  it('is bad when none of all keys has made it', async () => {
    for (const first of [16, 10]) {
      const { verify, tampered, tried } = await bench(15);
      expect(await verify(tampered, first)).toMatchObject({
        ...{ code: 'signature_invalid', check: 'signature' },
        reason: 'the signature does not verify',
      });
      expect(tried).toEqual(first === 16 ? [16] : [10, 6]);
    }
  });

  it('is unknown when none of the first 16 has made it, and there are more', async () => {
    for (const first of [17, 10]) {
      const { verify, tampered, token, tried } = await bench(16);
      for (const text of [tampered, token])
        await expect((async () => verify(text, first))()).rejects.toMatchObject({
          ...{ code: 'keys_unavailable', check: 'key' },
          reason: expect.stringContaining('the first 16 keys that fit do not verify the token'),
        });
      expect(tried.slice(0, 2)).toEqual(first === 17 ? [16, 16] : [10, 6]);
    }
  });

  it('is good by one of the first 16, however many more there are', async () => {
    const { verify, token, signer } = await bench(3, { after: 15 });
    expect(await verify(token, 17)).toBe(signer);
  });

  it('is bad where there is no key', async () => {
    const { verify, token } = await bench(0);
    expect(verify(token, 0)).toBeInstanceOf(Refusal);
  });
});
