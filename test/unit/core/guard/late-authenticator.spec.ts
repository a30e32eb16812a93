import { describe, expect, it } from '@jest/globals';
import { LateAuthenticator } from '../../../../src/core/guard/late-authenticator.js';
import type { Attempt, TokenAuthenticator } from '../../../../src/core/jwt/authenticated-token.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';
import { expectSoundProcess } from '../../../support/attack.js';

const REFUSED = new Refusal('token_malformed', 'form', 'no token');
const attempt = (): Attempt => ({ startedAt: 0, issuer: undefined, isShared: false });

/** Refuses every token, remembers every token, and notes which it was asked about. */
function refusing(asked: string[]): TokenAuthenticator {
  return {
    recall: (token) => {
      asked.push(`recall ${token}`);
      return undefined;
    },
    authenticate: (token) => {
      asked.push(token);
      return REFUSED;
    },
  };
}

describe('While a way to authenticate tokens is loaded', () => {
  expectSoundProcess();

  it('tokens wait for it, none is remembered, and later ones go straight to it', async () => {
    const asked: string[] = [];
    let loaded = (_tokens: TokenAuthenticator): void => {};
    const late = new LateAuthenticator(new Promise((resolve) => (loaded = resolve)));
    expect(late.recall('early')).toBeUndefined();
    const waiting = late.authenticate('early', attempt());
    expect(asked).toEqual([]);
    loaded(refusing(asked));
    expect(await waiting).toBe(REFUSED);
    late.recall('late');
    const answering = late.authenticate('late', attempt());
    expect(asked).toEqual(['early', 'recall late', 'late']);
    expect(await answering).toBe(REFUSED);
  });

  it('each token gets the failure to load it, and the process lives on', async () => {
    const late = new LateAuthenticator(Promise.reject(new Error('no such file')));
    await new Promise(setImmediate);
    expect(late.recall('token')).toBeUndefined();
    for (const token of ['one', 'two'])
      await expect(late.authenticate(token, attempt())).rejects.toThrow('no such file');
  });
});
