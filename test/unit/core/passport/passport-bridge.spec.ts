import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { JwtStrategy } from '../../../../src/core/passport/passport-entry.js';
import { PassportBridge } from '../../../../src/core/passport/passport-bridge.js';
import type {
  Selection,
  TokenAuthenticator,
} from '../../../../src/core/jwt/token-authenticator.js';
import type { Identity } from '../../../../src/core/identity/identity.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';

type Outcome = ReturnType<TokenAuthenticator['verify']>;

const bridgeTo = (verify: (selection: Selection) => Outcome): PassportBridge =>
  new PassportBridge({ verify } as TokenAuthenticator);
const selectionOf = (token: string): Selection => ({ unverified: { token } }) as Selection;
const identityOf = (subject: string): Identity => ({ subject }) as Identity;

describe('PassportBridge', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('gives each of many concurrent requests its own outcome', async () => {
    const bridge = bridgeTo(async ({ unverified: { token } }) => {
      await new Promise((resolve) => setTimeout(resolve, token.length % 3));
      return token.endsWith('x') ? new Refusal('token_revoked', token) : identityOf(token);
    });
    const tokens = Array.from({ length: 50 }, (_, index) => 'a'.repeat(index) + 'bx'[index % 2]);
    const outcomes = await Promise.all(
      tokens.map((token) => bridge.authenticate(selectionOf(token))),
    );
    for (const [index, token] of tokens.entries())
      expect(outcomes[index]).toMatchObject(
        token.endsWith('x') ? { code: 'token_revoked', reason: token } : { subject: token },
      );
  });

  it('takes what is thrown for a failure, and a refusal for a refusal', async () => {
    const failing = bridgeTo(() => {
      throw new Error('broken');
    });
    expect(await failing.authenticate(selectionOf('a'))).toMatchObject({
      code: 'keys_unavailable',
      cause: new Error('broken'),
    });
    const refusing = bridgeTo(() => new Refusal('claims_invalid', 'why'));
    expect(await refusing.authenticate(selectionOf('a'))).toMatchObject({ code: 'claims_invalid' });
  });

  it('leaves nothing of a token with passport, whose functions outlive the request', async () => {
    const entered = jest.spyOn(JwtStrategy.prototype, 'authenticate');
    const bridge = bridgeTo(() => identityOf('alice'));
    expect(await bridge.authenticate(selectionOf('secret'))).toMatchObject({ subject: 'alice' });
    const [request] = entered.mock.calls[0] ?? [];
    const strategy = entered.mock.contexts[0];
    expect(request).toBeDefined();
    expect(JSON.stringify([request, strategy])).not.toMatch(/secret|alice/);
  });
});
