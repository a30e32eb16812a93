import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { resolveTrustedIssuer } from '../../../../src/config/resolved-issuer.js';
import {
  parseUnverifiedToken,
  type UnverifiedToken,
} from '../../../../src/core/jwt/unverified-token.js';
import type { VerificationKey } from '../../../../src/core/keys/key-source.js';
import { systemClock } from '../../../../src/core/util/clock.js';
import { createKeySource } from '../../../../src/core/keys/create-key-source.js';
import { AuthEvents } from '../../../../src/core/observability/auth-events.js';
import { PassportJwtVerifier } from '../../../../src/core/passport/passport-jwt-verifier.js';
import {
  PassportEntry,
  PassportSignatureVerifier,
} from '../../../../src/core/passport/passport-signature-verifier.js';

/** An issuer's policy, its keys, and tokens of its own. */
async function scene() {
  const issuer = await createTestIssuer({ listen: false });
  const policy = resolveTrustedIssuer(
    { issuer: issuer.issuer, audience: 'api', keys: { jwks: issuer.jwks } },
    undefined,
  );
  const source = createKeySource(policy, {
    clock: systemClock,
    events: new AuthEvents({ observers: [] }),
  });
  const keys: readonly VerificationKey[] = await source.all();
  const parsed = (text: string): UnverifiedToken => parseUnverifiedToken(text) as UnverifiedToken;
  return { issuer, policy, keys, parsed };
}

describe('PassportSignatureVerifier', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('gives each of many checks at the same time its own outcome', async () => {
    const { issuer, policy, keys, parsed } = await scene();
    const verifier = new PassportSignatureVerifier();
    const texts = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0 ? issuer.token() : issuer.tamperedToken(),
    );
    const found = await Promise.all(
      texts.map((text) => verifier.verify(parsed(text), keys, policy)),
    );
    expect(found).toEqual(texts.map((_, index) => (index % 2 === 0 ? keys[0] : undefined)));
  });

  it('rejects with what is thrown: the signature was not checked', async () => {
    const { issuer, policy, keys, parsed } = await scene();
    jest.spyOn(PassportJwtVerifier.prototype, 'verifies').mockImplementation(() => {
      throw new Error('broken');
    });
    const checking = new PassportSignatureVerifier().verify(parsed(issuer.token()), keys, policy);
    await expect(checking).rejects.toThrow('broken');
  });

  it('leaves nothing of a token with passport, whose functions outlive the request', async () => {
    const { issuer, policy, keys, parsed } = await scene();
    const entered = jest.spyOn(PassportEntry.prototype, 'authenticate');
    const text = issuer.token({ subject: 'alice' });
    expect(await new PassportSignatureVerifier().verify(parsed(text), keys, policy)).toBe(keys[0]);
    const [request] = entered.mock.calls[0] ?? [];
    expect(request).toBeDefined();
    const left = JSON.stringify([request, entered.mock.contexts[0]]);
    expect(left).not.toContain('alice');
    for (const part of text.split('.')) expect(left).not.toContain(part);
  });
});
