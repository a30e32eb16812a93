import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { type AuthModuleConfig, MemoryRevocationStore } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { rmSync } from 'node:fs';
import { ADAPTERS, type AdapterName, startApplication } from '../support/application.js';
import { NotesController } from '../support/notes.controller.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const GENERATED = generatedFolder('revocation');
const BLOCKS = blocksOf(readMarkdown('docs/revocation.md'));

interface Accounts {
  isClosed(id: string): Promise<boolean>;
}

describe.each(ADAPTERS)('docs/revocation.md on %s', (adapter) => {
  let issuers: readonly [TestIssuer, TestIssuer];
  let RevocationsController: Type;
  let configWith: (accounts: Accounts) => AuthModuleConfig;
  beforeAll(async () => {
    issuers = [
      await createTestIssuer({ listen: false }),
      await createTestIssuer({ listen: false, issuer: 'https://partner.example.com' }),
    ];
    const controller = await importBlock(BLOCKS, GENERATED, 'revocations.controller.ts');
    RevocationsController = controller['RevocationsController'] as Type;
    const closed = await importBlock(BLOCKS, GENERATED, 'closed-accounts.ts');
    configWith = closed['configWith'] as unknown as typeof configWith;
  });
  afterAll(() => rmSync(GENERATED, { recursive: true, force: true }));

  const start = (config: Partial<AuthModuleConfig>, on: AdapterName = adapter) =>
    startApplication(
      { issuers: issuers.map((issuer) => issuer.config()), ...config },
      { adapter: on, controllers: [NotesController, RevocationsController] },
    );

  async function administration() {
    const application = await start({ revocation: { store: new MemoryRevocationStore() } });
    const post = (path: string, token: string, body: object) =>
      application.call(`/revocations/${path}`, {
        method: 'POST',
        headers: [
          ['Authorization', `Bearer ${token}`],
          ['Content-Type', 'application/json'],
        ],
        body: JSON.stringify(body),
      });
    const code = async (token: string): Promise<unknown> => {
      const { status, json } = await application.get('/notes', token);
      return status === 200 ? 'good' : (json as { code: string }).code;
    };
    return { application, code, post };
  }

  const admin = (): string => issuers[0].token({ claims: { sub: 'root', roles: ['admin'] } });

  it('has an administration that ends the caller’s own token', async () => {
    const { application, code, post } = await administration();
    const [one, other] = [{ jti: 'j-1' }, { jti: 'j-2' }].map((claims) =>
      issuers[0].token({ claims }),
    ) as [string, string];
    expect((await post('mine', one, {})).status).toBe(204);
    expect([await code(one), await code(other)]).toEqual(['token_revoked', 'good']);
    const nameless = issuers[0].token({ claims: { jti: undefined } });
    expect((await post('mine', nameless, {})).status).toBe(204);
    expect([await code(nameless), await code(other)]).toEqual(['token_revoked', 'token_revoked']);
    await application.close();
  });

  it('has an administration: administrators end subjects and sessions of their issuer', async () => {
    const { application, code, post } = await administration();
    const claims = { sub: 'mallory', sid: 's-1' };
    const [one, foreign] = issuers.map((issuer) => issuer.token({ claims })) as [string, string];
    expect((await post('subjects', one, { subject: 'root' })).json).toMatchObject({
      code: 'insufficient_scope',
    });
    expect((await post('sessions', admin(), { sessionId: 's-1' })).status).toBe(204);
    expect([await code(one), await code(foreign)]).toEqual(['token_revoked', 'good']);
    const another = issuers[0].token({ claims: { sub: 'mallory', sid: 's-2' } });
    expect(await code(another)).toBe('good');
    expect((await post('subjects', admin(), { subject: 'mallory' })).status).toBe(204);
    expect([await code(another), await code(admin())]).toEqual(['token_revoked', 'good']);
    await application.close();
  });

  it('has a function that is asked, and a 503 where it can’t say', async () => {
    const accounts = {
      isDown: false,
      async isClosed(id: string): Promise<boolean> {
        if (this.isDown) throw new Error('connection lost');
        return id.endsWith('|mallory');
      },
    };
    const { isRevoked } = configWith(accounts);
    const application = await start({ ...(isRevoked && { isRevoked }) });
    const ask = (sub: string) => application.get('/notes', issuers[0].token({ claims: { sub } }));
    expect((await ask('alice')).status).toBe(200);
    expect((await ask('mallory')).json).toMatchObject({ code: 'token_revoked' });
    accounts.isDown = true;
    expect((await ask('alice')).json).toMatchObject({ status: 503, code: 'keys_unavailable' });
    await application.close();
  });
});
