import { expect, it } from '@jest/globals';
import type { Issuer } from '../support/sample-page.js';
import type { Suite } from './suite.js';

/** The button that logs out everywhere: two processes of the API, and one store. */
export const logout: Suite = (scene) => {
  it.each<Issuer>(['oidc', 'es256', 'eddsa'])(
    '%s: the next call of the same token is token_revoked in two processes',
    async (issuer) => {
      const { sample } = scene();
      await sample.send({ issuer });
      expect(await sample.verdict()).toMatch(/^200 OK/);
      await sample.press('Log out everywhere');
      expect(await sample.text('#logout-state')).toBe(
        'This process: 401 token_revoked. The second process: 401 token_revoked.',
      );
      expect(await sample.verdict()).toBe(
        '401 Unauthorized token_revoked from the step “revocation”',
      );
      await sample.sendAgain();
      expect(await sample.refusedAt()).toBe('revocation');
    },
  );

  it('another session of the same user goes on', async () => {
    const { sample } = scene();
    await sample.send();
    await sample.press('Log out everywhere');
    await sample.send();
    expect(await sample.verdict()).toBe('200 OK all steps passed');
  });

  it('says so where there is no user to log out', async () => {
    const { sample } = scene();
    await sample.send({ token: 'no token' });
    await sample.press('Log out everywhere');
    expect(await sample.text('#logout-state')).toContain('There is no user to log out');
  });
};
