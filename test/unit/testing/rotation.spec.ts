import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { createTestIssuer } from '../../../src/testing/create-test-issuer.js';
import type { TestIssuer } from '../../../src/testing/test-issuer.js';
import { httpGet } from './http-get.js';

let issuer: TestIssuer;

beforeEach(async () => {
  issuer = await createTestIssuer({ listen: false });
});

function verify(token: string): ReturnType<typeof jwtVerify> {
  return jwtVerify(token, createLocalJWKSet(issuer.jwks as JSONWebKeySet));
}

function publishedKids(): unknown[] {
  return (issuer.jwks as JSONWebKeySet).keys.map(({ kid }) => kid);
}

describe('rotateKeys()', () => {
  it('signs with a new key and keeps the old one published', async () => {
    const old = issuer.token();
    await issuer.rotateKeys();
    expect(publishedKids()).toEqual(['key-2', 'key-1']);
    expect((await verify(issuer.token())).protectedHeader.kid).toBe('key-2');
    expect((await verify(old)).protectedHeader.kid).toBe('key-1');
  });

  it('withdraws the old key with keepOld: false', async () => {
    const old = issuer.token();
    await issuer.rotateKeys({ keepOld: false });
    expect(publishedKids()).toEqual(['key-2']);
    await expect(verify(old)).rejects.toThrow(errors.JWKSNoMatchingKey);
  });

  it('never gives the same kid twice', async () => {
    await Promise.all([issuer.rotateKeys(), issuer.rotateKeys()]);
    expect(publishedKids().toSorted()).toEqual(['key-1', 'key-2', 'key-3']);
    expect(publishedKids()[0]).toBe(issuer.kid);
  });

  it('is seen by the next fetch of the keys', async () => {
    await issuer.rotateKeys();
    const { bytes } = await httpGet(issuer.fetch, issuer.jwksUri);
    expect(JSON.parse(bytes.toString())).toEqual(issuer.jwks);
  });

  it('changes the secret of an HS256 issuer', async () => {
    issuer = await createTestIssuer({ algorithm: 'HS256', listen: false });
    const before = issuer.secret;
    await issuer.rotateKeys();
    expect(issuer.secret).not.toEqual(before);
  });
});

describe('removeOldKeys()', () => {
  it('leaves the current key alone published', async () => {
    const old = issuer.token();
    await issuer.rotateKeys();
    issuer.removeOldKeys();
    expect(publishedKids()).toEqual(['key-2']);
    await expect(verify(old)).rejects.toThrow(errors.JWKSNoMatchingKey);
    await expect(verify(issuer.token())).resolves.toBeDefined();
  });
});
