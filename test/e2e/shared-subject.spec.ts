import { expect, it } from '@jest/globals';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication } from '../support/application.js';
import { startVerifier } from '../support/verifier.js';

const SENTENCES = [
  'Not supported currently. Use oid claim.',
  'not supported currently, use the "oid" claim',
];

it.each(ADAPTERS)(
  'a sentence that is the same for every user is no subject, on %s',
  async (adapter) => {
    const issuer = await createTestIssuer({ listen: false });
    const terms = {
      issuer: issuer.issuer,
      audience: 'https://api.example.com',
      keys: { jwks: issuer.jwks },
    };
    const application = await startApplication({ issuers: [terms] }, { adapter });
    for (const sub of SENTENCES) {
      const answer = await application.get(
        '/notes',
        issuer.token({ claims: { sub, oid: 'alice' } }),
      );
      expect(answer.json).toMatchObject({ code: 'claims_invalid', status: 401 });
    }
    await application.close();
  },
);

it('a subject that only speaks of claims is a caller', async () => {
  const issuer = await createTestIssuer({ listen: false });
  const terms = {
    issuer: issuer.issuer,
    audience: 'https://api.example.com',
    keys: { jwks: issuer.jwks },
  };
  const { outcome } = await startVerifier({ issuers: [terms] });
  for (const sub of ['oid', 'oid-claim', 'house-oid-claims'])
    expect(await outcome(issuer.token({ claims: { sub } }))).toBe('accepted');
});
