import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JSONWebKeySet,
} from 'jose';
import { createTestIssuer } from '../../../src/testing/create-test-issuer.js';
import { createTestCertificate } from '../../../src/testing/test-certificate.js';
import type { TestIssuer } from '../../../src/testing/test-issuer.js';

/** 2026-01-02T03:04:05.678Z */
const NOW_MS = 1_767_323_045_678;
const NOW_SECONDS = 1_767_323_045;

let issuer: TestIssuer;

beforeAll(async () => {
  issuer = await createTestIssuer({ listen: false, now: () => NOW_MS });
});

function verify(token: string): ReturnType<typeof jwtVerify> {
  return jwtVerify(token, createLocalJWKSet(issuer.jwks as JSONWebKeySet), {
    currentDate: new Date(NOW_MS),
  });
}

describe('token()', () => {
  // RFC 9068 sections 2, 2.1 and 2.2.
  it('has the claims of RFC 9068 by default, and no others', () => {
    expect(decodeJwt(issuer.token())).toEqual({
      iss: 'https://login.example.com',
      sub: 'alice',
      aud: 'https://api.example.com',
      client_id: 'test-client',
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      iat: NOW_SECONDS,
      exp: NOW_SECONDS + 300,
    });
  });

  // RFC 8705 section 3.1.
  it('is bound to a certificate, where there is one', () => {
    const certificate = createTestCertificate();
    expect(decodeJwt(issuer.token({ certificate }))).toMatchObject({
      cnf: { 'x5t#S256': certificate.thumbprint },
    });
  });

  it('has a jti of its own each time', () => {
    expect(decodeJwt(issuer.token()).jti).not.toBe(decodeJwt(issuer.token()).jti);
  });

  it('says what the options say', () => {
    const token = issuer.token({
      subject: 'bob',
      scopes: ['notes:read', 'notes:write'],
      audience: ['a', 'b'],
      clientId: 'mobile',
      expiresInSeconds: 10,
      type: 'JWT',
      kid: 'elsewhere',
    });
    expect(decodeJwt(token)).toMatchObject({
      sub: 'bob',
      scope: 'notes:read notes:write',
      aud: ['a', 'b'],
      client_id: 'mobile',
      exp: NOW_SECONDS + 10,
    });
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'JWT', kid: 'elsewhere' });
  });

  it('adds and replaces members', () => {
    const token = issuer.token({ claims: { tid: 't1', iss: 'x' }, header: { crit: ['b64'] } });
    expect(decodeJwt(token)).toMatchObject({ tid: 't1', iss: 'x', sub: 'alice' });
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', crit: ['b64'] });
  });

  it('leaves out members given as undefined', () => {
    const token = issuer.token({ claims: { exp: undefined }, header: { typ: undefined } });
    expect(decodeJwt(token)).not.toHaveProperty('exp');
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', kid: issuer.kid });
  });

  it('takes the time from Date.now() when no clock is given', async () => {
    const before = Math.floor(Date.now() / 1_000);
    const { iat } = decodeJwt((await createTestIssuer({ listen: false })).token());
    expect(iat).toBeGreaterThanOrEqual(before);
    expect(iat).toBeLessThanOrEqual(Date.now() / 1_000);
  });

  it("takes the issuer's audience when it has one", async () => {
    const notes = await createTestIssuer({ listen: false, audience: 'notes-api' });
    expect(decodeJwt(notes.token()).aud).toBe('notes-api');
    expect(notes.config().audience).toBe('notes-api');
  });
});

describe('the lifetime', () => {
  it.each([
    [{ expiresIn: 60 }, 60],
    [{ expiresInSeconds: 70 }, 70],
    [{ expiresInSeconds: 80, expiresIn: 60 }, 80],
    [{}, 300],
  ])('%j: %i seconds', (options, seconds) => {
    const { iat = 0, exp = 0 } = decodeJwt(issuer.token(options));
    expect(exp - iat).toBe(seconds);
  });
});

describe('expiredToken()', () => {
  it('expired an hour ago, and was issued before that', () => {
    expect(decodeJwt(issuer.expiredToken({ expiresInSeconds: 60 }))).toMatchObject({
      iat: NOW_SECONDS - 3_660,
      exp: NOW_SECONDS - 3_600,
    });
  });

  it('is refused by jose for its exp alone', async () => {
    await expect(verify(issuer.expiredToken())).rejects.toThrow(errors.JWTExpired);
  });
});

describe('notYetValidToken()', () => {
  it('begins in an hour, and lives its lifetime from there', () => {
    expect(decodeJwt(issuer.notYetValidToken())).toMatchObject({
      iat: NOW_SECONDS,
      nbf: NOW_SECONDS + 3_600,
      exp: NOW_SECONDS + 3_900,
    });
  });

  it('is refused by jose for its nbf', async () => {
    await expect(verify(issuer.notYetValidToken())).rejects.toMatchObject({
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
      claim: 'nbf',
    });
  });

  it('still takes claims from its options', () => {
    expect(decodeJwt(issuer.notYetValidToken({ claims: { nbf: 1, tid: 't1' } }))).toMatchObject({
      nbf: 1,
      tid: 't1',
    });
  });
});

describe('tamperedToken()', () => {
  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)(
    'of %s fails in jose by its signature',
    async (algorithm) => {
      const signer = await createTestIssuer({ algorithm, listen: false });
      const keys = createLocalJWKSet(signer.jwks as JSONWebKeySet);
      await expect(jwtVerify(signer.tamperedToken(), keys)).rejects.toThrow(
        errors.JWSSignatureVerificationFailed,
      );
    },
  );

  it('of HS256 fails in jose by its signature', async () => {
    const signer = await createTestIssuer({ algorithm: 'HS256', listen: false });
    await expect(jwtVerify(signer.tamperedToken(), signer.secret)).rejects.toThrow(
      errors.JWSSignatureVerificationFailed,
    );
  });

  it('is canonical base64url of the same length', () => {
    const [, , signature = ''] = issuer.tamperedToken().split('.');
    expect(Buffer.from(signature, 'base64url').toString('base64url')).toBe(signature);
    expect(Buffer.from(signature, 'base64url')).toHaveLength(64);
  });

  it('says what the options say', () => {
    expect(decodeJwt(issuer.tamperedToken({ subject: 'bob' })).sub).toBe('bob');
  });
});

describe('sign()', () => {
  it('signs any header and claims', async () => {
    const token = issuer.sign({ alg: 'ES256' }, { sub: 'carol' });
    const { payload, protectedHeader } = await verify(token);
    expect(payload).toEqual({ sub: 'carol' });
    expect(protectedHeader).toEqual({ alg: 'ES256' });
  });

  it('takes text as it is', () => {
    const [header, payload] = issuer.sign('{"alg":"ES256"', '{"sub":"a","sub":"b"}').split('.');
    expect(Buffer.from(header ?? '', 'base64url').toString()).toBe('{"alg":"ES256"');
    expect(Buffer.from(payload ?? '', 'base64url').toString()).toBe('{"sub":"a","sub":"b"}');
  });

  it('takes bytes as they are, UTF-8 or not', () => {
    const [, payload] = issuer.sign({ alg: 'ES256' }, Uint8Array.of(0xff, 0xfe)).split('.');
    expect(Buffer.from(payload ?? '', 'base64url')).toEqual(Buffer.of(0xff, 0xfe));
  });
});
