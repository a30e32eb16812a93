import { beforeEach, describe, expect, it } from '@jest/globals';
import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { algorithmsOf } from '../../../../src/core/jose/key-algorithms.js';
import { NodeCryptoSignatureVerifier } from '../../../../src/core/jwt/node-crypto-signature-verifier.js';
import {
  parseUnverifiedToken,
  type UnverifiedToken,
} from '../../../../src/core/jwt/unverified-token.js';
import { KeySet } from '../../../../src/core/keys/key-set.js';
import type { VerificationKey } from '../../../../src/core/keys/key-source.js';
import { readJwkSet } from '../../../../src/core/keys/read-jwk-set.js';

const parsed = (text: string): UnverifiedToken => parseUnverifiedToken(text) as UnverifiedToken;

async function keysOf({ jwks }: TestIssuer): Promise<readonly VerificationKey[]> {
  const reading = readJwkSet(jwks, { before: new KeySet(), tell: () => {} });
  return reading?.keys.all() ?? [];
}

/** A check that was made at once gives no promise. */
const isAtOnce = (answer: unknown): boolean => !(answer instanceof Promise);

describe('NodeCryptoSignatureVerifier', () => {
  let issuer: TestIssuer;
  let keys: readonly VerificationKey[];
  let verifier: NodeCryptoSignatureVerifier;

  beforeEach(async () => {
    issuer = await createTestIssuer({ listen: false });
    keys = await keysOf(issuer);
    verifier = new NodeCryptoSignatureVerifier();
  });

  const check = (text: string, among = keys) => verifier.verify(parsed(text), among);

  it('checks a token that is alone at once, turn after turn', async () => {
    for (let turn = 0; turn < 5; turn++) {
      expect(check(issuer.token())).toBe(keys[0]);
      await nextTurn();
      expect(check(issuer.tamperedToken())).toBeUndefined();
      await nextTurn();
    }
  });

  it('checks the first of several at once and the others on the thread pool', async () => {
    const texts = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0 ? issuer.token() : issuer.tamperedToken(),
    );
    const answers = texts.map((text) => check(text));
    expect(answers.map(isAtOnce)).toEqual(texts.map((_, index) => index === 0));
    expect(await Promise.all(answers)).toEqual(
      texts.map((_, index) => (index % 2 === 0 ? keys[0] : undefined)),
    );
    await nextTurn();
    expect(isAtOnce(check(issuer.token()))).toBe(true);
  });

  it('checks at once what the same callback presents one after another', async () => {
    const waited: unknown[] = [];
    for (let index = 0; index < 5; index++) {
      const answer = check(issuer.token());
      waited.push(isAtOnce(answer));
      await answer;
    }
    expect(waited).toEqual([true, true, true, true, true]);
  });

  /** As the requests of connections are read: in callbacks of their own, in one turn. */
  const nextInTurn = (before?: Promise<void>): Promise<readonly [answer: unknown]> =>
    new Promise((resolve) => {
      setImmediate(async () => {
        if (before) await before;
        resolve([check(issuer.token())]);
      });
    });
  const atOnce = (answers: readonly (readonly [unknown])[]): boolean[] =>
    answers.map(([answer]) => isAtOnce(answer));

  it.each([
    ['', undefined],
    [', after it has awaited something', Promise.resolve()],
  ])(
    'takes what another callback of the same turn presents for one of several%s',
    async (_what, before) => {
      for (let turn = 0; turn < 2; turn++) {
        await nextTurn();
        const answers = await Promise.all([1, 2, 3].map(() => nextInTurn(before)));
        expect(atOnce(answers)).toEqual([true, false, false]);
        await Promise.all(answers.flat());
      }
    },
  );

  it('opens no second time in a turn after one that presented several one after another', async () => {
    await nextTurn();
    const first = check(issuer.token());
    const begun = nextInTurn();
    await first;
    const second = check(issuer.token());
    expect([first, second].map(isAtOnce)).toEqual([true, true]);
    expect(atOnce(await Promise.all([begun, nextInTurn()]))).toEqual([true, false]);
  });

  it('sends all to the thread pool while one is there', async () => {
    check(issuer.token());
    const onPool = check(issuer.token());
    let isThere = true;
    const leaving = Promise.resolve(onPool).then(() => (isThere = false));
    await nextTurn();
    // Whether the other thread was that quick is not for this test to say.
    expect(isAtOnce(check(issuer.token()))).toBe(!isThere);
    await leaving;
  });

  it('lets no more than so many wait for the thread pool', async () => {
    const answers = Array.from({ length: 300 }, () => check(issuer.token()));
    expect(answers.filter(isAtOnce)).toHaveLength(300 - 256);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([keys[0]]));
  });

  it('checks a MAC at once, however many there are', async () => {
    const shared = await createTestIssuer({ listen: false, algorithm: 'HS256' });
    const key = createSecretKey(shared.secret);
    const secret = { key, keyId: undefined, algorithms: algorithmsOf(key) };
    const answers = Array.from({ length: 20 }, () => check(shared.token(), [secret]));
    // On the thread pool they would fail.
    await Promise.allSettled(answers);
    expect(answers).toEqual(answers.map(() => secret));
    expect(check(shared.tamperedToken(), [secret])).toBeUndefined();
  });

  it('tries one key after another', async () => {
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const wrong = { key: stranger, keyId: undefined, algorithms: ['ES256'] };
    const [key] = keys as [VerificationKey];
    const all = Array.from({ length: 10 }, () => check(issuer.token(), [wrong, wrong, key]));
    expect(new Set(await Promise.all(all))).toEqual(new Set([key]));
    expect(await check(issuer.token(), [wrong, wrong])).toBeUndefined();
    expect(await check(issuer.token(), [])).toBeUndefined();
  });

  it('throws or rejects when a check fails itself, and goes on checking', async () => {
    const unfit = { key: createSecretKey(Buffer.alloc(32)), keyId: undefined, algorithms: [] };
    const attempt = async (): Promise<unknown> => check(issuer.token(), [unfit]);
    const failed = {
      status: 'rejected',
      reason: expect.objectContaining({ code: 'ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE' }),
    };
    const outcomes = await Promise.allSettled([attempt(), attempt(), attempt()]);
    expect(outcomes).toEqual([failed, failed, failed]);
    await nextTurn();
    expect(check(issuer.token())).toBe(keys[0]);
  });
});
