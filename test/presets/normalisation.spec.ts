import { expect, it } from '@jest/globals';
import type { Identity } from 'nestjs-trusted-issuers';
import { present } from './presented.js';
import { PROVIDERS } from './providers.js';

/** How each provider says that a caller may read and write, and is an editor. */
const SAID: Readonly<Record<string, { scopes?: object; roles?: object }>> = {
  auth0: {
    scopes: { scope: 'read', permissions: ['read', 'write'] },
    roles: { roles: ['editor'] },
  },
  'entra, one tenant': { scopes: { scp: 'read write' }, roles: { roles: ['editor'] } },
  'entra, version 1': { scopes: { scp: 'read write' }, roles: { groups: ['editor'] } },
  cognito: { scopes: { scope: 'read write' }, roles: { 'cognito:groups': ['editor'] } },
  okta: { scopes: { scp: ['read', 'write'] }, roles: { groups: ['editor'] } },
  'keycloak behind two addresses': {
    scopes: { scope: 'read write' },
    roles: {
      realm_access: { roles: ['editor'] },
      resource_access: { 'notes-api': { roles: ['editor'] }, account: { roles: ['other'] } },
    },
  },
  supabase: { roles: { role: 'editor' } },
  authentik: { scopes: { scope: 'read write' }, roles: { groups: ['editor'] } },
};

async function identityOf(provider: string, claims: object): Promise<Identity> {
  const documented = PROVIDERS[provider];
  if (documented === undefined) throw new Error(`no provider ${provider}`);
  const changed = { ...documented, claims: { ...documented.claims, ...claims } };
  return (await present({ ...changed, nearMisses: {}, alsoAccepted: {} })).identity;
}

it.each(Object.entries(SAID))('%s: the same scopes and roles', async (provider, said) => {
  const { scopes, roles } = await identityOf(provider, { ...said.scopes, ...said.roles });
  if (said.scopes) expect(scopes).toEqual(['read', 'write']);
  if (said.roles) expect(roles).toEqual(['editor']);
});

it('the same subject of different providers is a different identity', async () => {
  const identities = await Promise.all(
    Object.keys(SAID).map((provider) => identityOf(provider, { sub: '42' })),
  );
  expect(new Set(identities.map(({ subject }) => subject))).toEqual(new Set(['42']));
  expect(new Set(identities.map(({ id }) => id)).size).toBe(identities.length);
});
