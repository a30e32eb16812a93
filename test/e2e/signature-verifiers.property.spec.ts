import type { HttpException } from '@nestjs/common';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import fc from 'fast-check';
import { runtimeSupports } from '../../src/core/jose/key-algorithms.js';
import { SIGNING_ALGORITHMS } from '../../src/testing/signing-algorithms.js';
import { encode, goodClaims, withSignature } from '../support/forgery.js';
import { startVerifier, type TestVerifier } from '../support/verifier.js';

const ALGORITHMS = SIGNING_ALGORITHMS.filter(runtimeSupports);
const HALVES = [0, 1, 31, 32, 33, 48, 66];

/** What is done to a good token. */
const change = fc.oneof(
  fc.constant({ kind: 'nothing' } as const),
  fc.record({ kind: fc.constant('bit' as const), at: fc.nat({ max: 20_000 }) }),
  fc.record({
    kind: fc.constant('bytes' as const),
    bytes: fc.uint8Array({ minLength: 0, maxLength: 520 }),
  }),
  // Numbers that some verifiers take for good: zeros, ones, all bits.
  fc.record({
    kind: fc.constant('filled' as const),
    length: fc.constantFrom(...HALVES.map((half) => half * 2), 114, 256, 257),
    byte: fc.constantFrom(0, 1, 255),
  }),
  fc.record({ kind: fc.constant('cut' as const), bytes: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant('longer' as const), bytes: fc.integer({ min: 1, max: 20 }) }),
  fc.constant({ kind: 'claims' } as const),
  fc.record({ kind: fc.constant('header' as const), alg: fc.constantFrom(...ALGORITHMS) }),
  fc.record({ kind: fc.constant('alg' as const), alg: fc.constantFrom(...ALGORITHMS) }),
  fc.record({ kind: fc.constant('signer' as const), other: fc.nat({ max: 20 }) }),
  fc.constant({ kind: 'no kid' } as const),
);
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

describe('The two signature verifiers', () => {
  let issuers: readonly TestIssuer[];
  let byPassport: TestVerifier;
  let byNodeCrypto: TestVerifier;

  beforeAll(async () => {
    issuers = await Promise.all(
      ALGORITHMS.map((algorithm) =>
        createTestIssuer({
          algorithm,
          listen: false,
          issuer: `https://${algorithm.toLowerCase()}.example`,
        }),
      ),
    );
    // So that one token has several keys to be tried.
    for (const issuer of issuers) if (issuer.jwks.keys.length > 0) await issuer.rotateKeys();
    const config = {
      issuers: issuers.map((issuer) => issuer.config()),
      verifiedTokenCache: false,
    } as const;
    byPassport = await startVerifier({ ...config, signatureVerifier: 'passport-jwt' });
    byNodeCrypto = await startVerifier({ ...config, signatureVerifier: 'node:crypto' });
  });

  const token = fc.record({ issuer: fc.nat({ max: ALGORITHMS.length - 1 }), change });

  function issuerAt(index: number): TestIssuer {
    return issuers[index % issuers.length] as TestIssuer;
  }

  function made({ issuer: index, change: what }: { issuer: number; change: Change }): string {
    const issuer = issuerAt(index);
    const good = issuer.token();
    const [header = '', claims = '', signature = ''] = good.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    switch (what.kind) {
      case 'nothing':
        return good;
      case 'bit': {
        const at = Math.floor(what.at / 8) % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (what.at % 8));
        return withSignature(good, bytes);
      }
      case 'bytes':
        return withSignature(good, what.bytes);
      case 'filled':
        return withSignature(good, Buffer.alloc(what.length, what.byte));
      case 'cut':
        return withSignature(good, bytes.subarray(what.bytes % bytes.length));
      case 'longer':
        return withSignature(good, Buffer.concat([bytes, Buffer.alloc(what.bytes)]));
      case 'claims':
        return `${header}.${encode(goodClaims(issuer.issuer, { sub: 'root' }))}.${signature}`;
      case 'header':
        return `${encode({ alg: what.alg, kid: issuer.kid })}.${claims}.${signature}`;
      case 'alg':
        return issuer.sign({ alg: what.alg, kid: issuer.kid }, goodClaims(issuer.issuer));
      case 'signer':
        return issuerAt(what.other).sign(
          { alg: ALGORITHMS[index % issuers.length], kid: issuer.kid },
          goodClaims(issuer.issuer),
        );
      case 'no kid':
        return issuer.sign({ alg: ALGORITHMS[index % issuers.length] }, goodClaims(issuer.issuer));
    }
  }

  /** Everything that a caller or an operator learns. */
  async function outcomeOf(verifier: TestVerifier, text: string): Promise<unknown> {
    // Nest has one logger for the process: that of the last application.
    const { log } = byNodeCrypto;
    log.clear();
    const verdict = await verifier.verify(text).then(
      (identity) => ({ ...identity }),
      (refusal: HttpException) => ({ status: refusal.getStatus(), body: refusal.getResponse() }),
    );
    return { verdict, log: log.text() };
  }

  it('let the good tokens of every algorithm in', async () => {
    for (const issuer of issuers)
      for (const verifier of [byPassport, byNodeCrypto])
        expect(await verifier.verify(issuer.token())).toMatchObject({ issuer: issuer.issuer });
  });

  it('come to the same outcome, whatever is done to a token', async () => {
    await fc.assert(
      fc.asyncProperty(token, async (what) => {
        const text = made(what);
        expect(await outcomeOf(byNodeCrypto, text)).toEqual(await outcomeOf(byPassport, text));
      }),
      { numRuns: 600 },
    );
  }, 60_000);

  it('come to the same outcomes for many tokens at once, each its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(token, { minLength: 2, maxLength: 40 }), async (tokens) => {
        const texts = tokens.map(made);
        const outcomes = (verifier: TestVerifier): Promise<string[]> =>
          Promise.all(texts.map((text) => verifier.outcome(text)));
        expect(await outcomes(byNodeCrypto)).toEqual(await outcomes(byPassport));
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
