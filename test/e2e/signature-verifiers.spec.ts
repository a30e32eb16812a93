import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { AuthModuleConfig } from 'nestjs-trusted-issuers';
import 'nestjs-trusted-issuers/testing/jest';
import { PassportEntry } from '../../src/core/passport/passport-signature-verifier.js';
import { ADAPTERS, startApplication } from '../support/application.js';
import { opened } from '../support/opened.js';

const { keep, issuer: issuerWith } = opened();

describe.each(ADAPTERS)('What verifies signatures, on %s', (adapter) => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each<readonly [signatureVerifier: AuthModuleConfig['signatureVerifier'], entered: number]>([
    [undefined, 1],
    ['passport-jwt', 1],
    ['node:crypto', 0],
  ])('signatureVerifier: %j enters passport %i times', async (signatureVerifier, entered) => {
    const issuer = await issuerWith();
    const application = keep(
      await startApplication(
        { issuers: [issuer.config()], ...(signatureVerifier && { signatureVerifier }) },
        { adapter },
      ),
    );
    const entry = jest.spyOn(PassportEntry.prototype, 'authenticate');
    const answer = await application.get('/notes', issuer.token({ subject: 'alice' }));
    expect([answer.status, answer.json]).toMatchObject([200, { subject: 'alice' }]);
    expect(entry).toHaveBeenCalledTimes(entered);
    expect(await application.get('/notes', issuer.tamperedToken())).toBeUnauthorized(
      'signature_invalid',
    );
    expect(entry).toHaveBeenCalledTimes(2 * entered);
  });

  it('90 requests at once, good and bad, each get an answer of their own', async () => {
    const issuers = await Promise.all(
      (['RS256', 'ES384', 'EdDSA'] as const).map((algorithm) => issuerWith({ algorithm })),
    );
    const application = keep(
      await startApplication(
        {
          issuers: issuers.map((issuer) => issuer.config()),
          signatureVerifier: 'node:crypto',
          verifiedTokenCache: false,
        },
        { adapter },
      ),
    );
    const calls = Array.from({ length: 90 }, async (_, index) => {
      const issuer = issuers[index % issuers.length];
      const subject = `caller-${index}`;
      const isGood = index % 5 !== 0;
      const token = isGood ? issuer?.token({ subject }) : issuer?.tamperedToken({ subject });
      const { status, json } = await application.get('/notes', token);
      const expected = isGood ? { subject, issuer: issuer?.issuer } : { code: 'signature_invalid' };
      expect([status, json]).toMatchObject([isGood ? 200 : 401, expected]);
    });
    await Promise.all(calls);
  });
});
