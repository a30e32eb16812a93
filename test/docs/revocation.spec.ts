import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthModuleConfig, AccessTokenVerifier, type Identity } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { rmSync } from 'node:fs';
import { ADAPTERS, startApplication } from '../support/application.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const GENERATED = generatedFolder('revocation');

interface Revocations {
  readonly isRevoked: NonNullable<AuthModuleConfig['isRevoked']>;
  revoke(identity: Identity): Promise<void>;
}
type RevocationsOf = new (store: object) => Revocations;

describe.each(ADAPTERS)('The recipe of docs/revocation.md on %s', (adapter) => {
  let RevocationsOf: RevocationsOf;
  let issuers: readonly [TestIssuer, TestIssuer];
  beforeAll(async () => {
    issuers = [
      await createTestIssuer({ listen: false }),
      await createTestIssuer({ listen: false, issuer: 'https://partner.example.com' }),
    ];
    const blocks = blocksOf(readMarkdown('docs/revocation.md'));
    const { Revocations } = await importBlock(blocks, GENERATED, 'revocations.ts');
    RevocationsOf = Revocations as unknown as RevocationsOf;
  });
  afterAll(() => rmSync(GENERATED, { recursive: true, force: true }));

  async function scene() {
    const kept = new Map<string, number>();
    const store = {
      isDown: false,
      has: async (key: string) => {
        if (store.isDown) throw new Error('connection lost');
        return kept.has(key);
      },
      put: async (key: string, until: number) => void kept.set(key, until),
    };
    const revocations = new RevocationsOf(store);
    const application = await startApplication(
      { issuers: issuers.map((issuer) => issuer.config()), isRevoked: revocations.isRevoked },
      { adapter },
    );
    const identityOf = (token: string) => application.app.get(AccessTokenVerifier).verify(token);
    return { application, identityOf, kept, revocations, store };
  }

  it('revokes one token, until it has expired, and no other issuer’s', async () => {
    const { application, identityOf, kept, revocations } = await scene();
    const [one, another] = issuers.map((issuer) => issuer.token({ claims: { jti: 'j-1' } })) as [
      string,
      string,
    ];
    expect((await application.get('/notes', one)).status).toBe(200);
    const identity = await identityOf(one);
    await revocations.revoke(identity);
    expect((await application.get('/notes', one)).json).toMatchObject({ code: 'token_revoked' });
    expect((await application.get('/notes', another)).status).toBe(200);
    expect([...kept.values()]).toEqual([identity.expiresAt + 5]);
    await application.close();
  });

  it('is a 503 while the store is down, and says when a token can’t be named', async () => {
    const { application, identityOf, revocations, store } = await scene();
    const nameless = issuers[0].token({ claims: { jti: undefined } });
    await expect(identityOf(nameless).then(revocations.revoke.bind(revocations))).rejects.toThrow(
      'This token has no jti',
    );
    store.isDown = true;
    const answer = await application.get('/notes', issuers[0].token({ claims: { jti: 'j-2' } }));
    expect(answer.json).toMatchObject({ status: 503, code: 'keys_unavailable' });
    await application.close();
  });
});
