import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryRevocationStore } from 'nestjs-trusted-issuers';
import { startApplication, type TestApplication } from '../support/application.js';
import { OidcProvider } from '../support/oidc-provider.js';
import { outcomeOf } from '../support/security-events.js';

const CLIENT = 'notes-web';

/** Another's implementation on the other side: panva's oidc-provider, its logins and its logouts. */
describe.each([
  ['names the session', true],
  ['names the subject alone', false],
])('A logout at oidc-provider that %s', (_what, namesSession) => {
  let provider: OidcProvider;
  let application: TestApplication;

  beforeAll(async () => {
    provider = await OidcProvider.start();
    application = await startApplication({
      audience: provider.audience,
      issuers: [{ issuer: provider.issuer, backChannelLogout: { clientId: CLIENT } }],
      revocation: { store: new MemoryRevocationStore() },
      backChannelLogout: {},
    });
    await provider.serve({
      client_id: CLIENT,
      client_secret: 'the-secret-of-the-client',
      redirect_uris: ['http://127.0.0.1/callback'],
      backchannel_logout_uri: `${application.url}/backchannel-logout`,
      backchannel_logout_session_required: namesSession,
    });
  });
  afterAll(() => Promise.all([application.close(), provider.close()]));

  it('ends the access tokens of the login, and no others', async () => {
    const [alice, bob] = [await provider.logIn('alice'), await provider.logIn('bob')];
    const elsewhere = await provider.logIn('alice');
    for (const login of [alice, bob, elsewhere])
      expect(await outcomeOf(application, login.accessToken)).toBe(200);

    await provider.logOut(alice);
    expect(provider.failures).toEqual([]);
    expect(await outcomeOf(application, alice.accessToken)).toBe('token_revoked');
    expect(await outcomeOf(application, bob.accessToken)).toBe(200);
    expect(await outcomeOf(application, elsewhere.accessToken)).toBe(
      namesSession ? 200 : 'token_revoked',
    );
  });
});
