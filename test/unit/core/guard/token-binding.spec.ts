import { describe, expect, it } from '@jest/globals';
import type { IssuerPolicy } from '../../../../src/config/resolved-issuer.js';
import type { Credentials } from '../../../../src/core/calls/exchange.js';
import { type ProofOfPossession, TokenBinding } from '../../../../src/core/guard/token-binding.js';
import type { Claims } from '../../../../src/core/identity/identity.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';

const CREDENTIALS: Credentials = {
  token: 'token',
  scheme: 'Bearer',
  isInAuthorization: true,
  request: undefined,
};
const POLICY = {} as IssuerPolicy;
const REFUSED = new Refusal('token_binding_invalid', 'binding', 'another key');

type Answer = ReturnType<ProofOfPossession['check']>;

/** A proof that notes what it is asked. */
function proof(member: ProofOfPossession['member'], answer: () => Answer, asked: unknown[] = []) {
  return {
    member,
    check: (bound: unknown): Answer => {
      asked.push([member, bound]);
      return answer();
    },
  };
}

// RFC 7800 section 3.1.
describe('A bound token comes from its owner, or is refused', () => {
  const none = new TokenBinding([]);
  const check = (binding: TokenBinding, claims: object): Answer =>
    binding.check(claims as Claims, POLICY, CREDENTIALS);

  it.each([{ jkt: 'x' }, { 'x5t#S256': 'x' }, { jwk: {} }, { kid: 'k' }, {}, [], null, 'x', 0])(
    'where nothing is configured, one with cnf %j is refused',
    (cnf) => {
      expect(check(none, { cnf })).toMatchObject({
        code: 'token_binding_invalid',
        check: 'binding',
        reason:
          'the token is bound to a key ("cnf"), and nothing is configured that could check the binding',
      });
    },
  );

  it('what a good proof tells its caller goes on the answer, where there is one that takes headers', () => {
    const told = { 'DPoP-Nonce': 'next' };
    const silent = proof('x5t#S256', () => undefined);
    const telling = { ...proof('jkt', () => undefined), answerHeadersFor: () => told };
    const binding = new TokenBinding([silent, telling]);
    const request = { headers: {} };
    const set: unknown[] = [];
    const response = {
      getHeader: () => undefined,
      setHeader: (...header: unknown[]) => void set.push(header),
    };
    binding.setAnswerHeaders({ request, response, holder: {} });
    expect(set).toEqual([['DPoP-Nonce', 'next']]);
    for (const closed of [undefined, { ...response, headersSent: true }])
      binding.setAnswerHeaders({ request, response: closed, holder: {} });
    expect(set.length).toBe(1);
  });

  it('what cnf inherits binds nothing', () => {
    const binding = new TokenBinding([proof('jkt', () => undefined)]);
    const cnf: unknown = Object.create({ jkt: 'key' });
    expect(check(binding, { cnf })).toMatchObject({ code: 'token_binding_invalid' });
  });

  it('one without cnf is no concern of this step, and waits for nothing', () => {
    expect(check(none, {})).toBeUndefined();
  });

  it('each proof is asked for every token, bound in its way or not', () => {
    const asked: unknown[] = [];
    const binding = new TokenBinding([
      proof('x5t#S256', () => undefined, asked),
      proof('jkt', () => undefined, asked),
    ]);
    expect(check(binding, { cnf: { jkt: 'key', other: 'of its server' } })).toBeUndefined();
    expect(check(binding, {})).toBeUndefined();
    expect(asked).toEqual([
      ['x5t#S256', undefined],
      ['jkt', 'key'],
      ['x5t#S256', undefined],
      ['jkt', undefined],
    ]);
  });

  it.each([{ 'x5t#S256': 'x' }, { jkt: 'x', 'x5t#S256': 'x' }, { other: 1 }])(
    'a proof of another kind does not prove %j',
    (cnf) => {
      const asked: unknown[] = [];
      const binding = new TokenBinding([proof('jkt', () => undefined, asked)]);
      expect(check(binding, { cnf })).toMatchObject({ code: 'token_binding_invalid' });
      expect(asked).toEqual([]);
    },
  );

  it.each([
    ['at once', () => REFUSED],
    ['later', () => Promise.resolve(REFUSED)],
  ])(
    'both bindings must hold, and what uses something up is asked last: %s',
    async (_when, bad) => {
      const asked: unknown[] = [];
      const binding = new TokenBinding([
        proof('x5t#S256', bad, asked),
        proof('jkt', () => undefined, asked),
      ]);
      expect(await check(binding, { cnf: { jkt: 'a', 'x5t#S256': 'b' } })).toBe(REFUSED);
      expect(asked).toEqual([['x5t#S256', 'b']]);

      const reversed = new TokenBinding([proof('x5t#S256', () => undefined), proof('jkt', bad)]);
      expect(await check(reversed, { cnf: { jkt: 'a', 'x5t#S256': 'b' } })).toBe(REFUSED);
    },
  );
});
