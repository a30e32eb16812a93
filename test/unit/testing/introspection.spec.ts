import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createTestIssuer,
  type TestIssuer,
  type TestIssuerOptions,
} from 'nestjs-trusted-issuers/testing';

let issuer: TestIssuer;
afterEach(() => issuer?.close());
const create = async (options: TestIssuerOptions = {}): Promise<TestIssuer> =>
  (issuer = await createTestIssuer({ introspection: true, ...options }));

const BASIC = { authorization: `Basic ${btoa('test-api:test-secret')}` };

async function ask(token: string, headers: Record<string, string> = BASIC): Promise<unknown> {
  const body = new URLSearchParams({ token });
  const response = await fetch(`${issuer.issuer}/introspect`, { method: 'POST', headers, body });
  const text = await response.text();
  return response.ok ? (JSON.parse(text) as unknown) : response.status;
}

describe('introspection of the kit', () => {
  it('is off unless it is asked for', async () => {
    await create({ introspection: false });
    expect(issuer.config().introspection).toBeUndefined();
    expect(() => issuer.opaqueToken()).toThrow(/create it with introspection: true/);
    expect(await ask('token')).toBe(404);
  });

  it('says what opaque tokens would say, and of others nothing', async () => {
    await create();
    const token = issuer.opaqueToken({ subject: 'bob', scopes: ['a', 'b'] });
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await ask(token)).toMatchObject({
      ...{ active: true, token_type: 'Bearer', iss: issuer.issuer, sub: 'bob', scope: 'a b' },
    });
    for (const other of ['nobodys', issuer.opaqueToken({ expiresInSeconds: -1 })])
      expect(await ask(other)).toEqual({ active: false });
    issuer.revoke(token);
    expect(await ask(token)).toEqual({ active: false });
    expect(() => issuer.revoke(token)).toThrow('the issuer has no such token');
  });

  it('knows its JWTs, and what they leave out', async () => {
    await create();
    const token = issuer.token({ introspectedOnly: ['sub'] });
    const [, claims = ''] = token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).not.toHaveProperty('sub');
    expect(await ask(token)).toMatchObject({ active: true, sub: 'alice' });
  });

  it('wants the credentials of its config', async () => {
    await create();
    const token = issuer.opaqueToken();
    expect(await ask(token, {})).toBe(401);
    expect(await ask(token, { authorization: `Basic ${btoa('test-api:other')}` })).toBe(401);
    expect(issuer.config().introspection).toEqual({
      ...{ clientId: 'test-api', clientSecret: 'test-secret' },
    });
    expect(issuer.config({ introspection: { maxAgeSeconds: 5 } }).introspection).toMatchObject({
      ...{ clientId: 'test-api', maxAgeSeconds: 5 },
    });
  });

  it('has a prefix, and an endpoint without metadata', async () => {
    await create({ introspection: { tokenPrefix: 'kit_' }, discovery: 'none' });
    expect(issuer.opaqueToken()).toMatch(/^kit_/);
    expect(issuer.config().introspection).toMatchObject({
      ...{ tokenPrefix: 'kit_', endpoint: `${issuer.issuer}/introspect` },
    });
    await issuer.close();
    await expect(create({ introspection: { prefix: 'x' } as object })).rejects.toThrow(
      'introspection has no option "prefix". Known: tokenPrefix.',
    );
  });
});
