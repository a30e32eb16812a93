import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Identity } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import { runtimeSupports } from '../../src/core/jose/key-algorithms.js';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';

const ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'HS256', 'HS384', 'HS512'] as const),
  // Where the runtime lacks them, naming them stops the start; test/unit/config has that.
  ...(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const).filter(runtimeSupports),
];

describe.each(ADAPTERS)('Several issuers on %s', (adapter) => {
  let issuers: TestIssuer[];
  let application: TestApplication;

  beforeAll(async () => {
    issuers = await Promise.all(
      ALGORITHMS.map((algorithm, index) =>
        createTestIssuer({ algorithm, audience: `api-${index}` }),
      ),
    );
    application = await startApplication(
      { issuers: issuers.map((issuer) => issuer.config()) },
      { adapter },
    );
  });

  afterAll(async () => {
    await application.close();
    await Promise.all(issuers.map((issuer) => issuer.close()));
  });

  // RFC 7518 sections 3.1, 3.3, 3.4 and 3.5.
  it.each(ALGORITHMS.map((name, index) => [name, index] as const))(
    '%s: its own token is let in, a tampered one is not',
    async (_name, index) => {
      const issuer = issuers[index] as TestIssuer;
      const answer = await application.get('/notes', issuer.token());
      expect([answer.status, answer.json]).toMatchObject([200, { issuer: issuer.issuer }]);
      const tampered = await application.get('/notes', issuer.tamperedToken());
      expect(tampered).toBeUnauthorized('signature_invalid');
    },
  );

  // RFC 7515 section 5.2, RFC 8725 section 3.8.
  it('one issuer’s key never vouches for another issuer, and only the named one is asked', async () => {
    const [first, second] = issuers as [TestIssuer, TestIssuer];
    await application.get('/notes', second.token());
    const asked = first.requests.length;
    const forged = first.token({ claims: { iss: second.issuer, aud: 'api-1' } });
    const answer = await application.get('/notes', forged);
    expect(answer).toBeUnauthorized('signature_invalid');
    expect(first.requests.length).toBe(asked);
  });

  // RFC 7519 section 4.1.3, RFC 8725 section 3.9.
  it('each issuer’s audience counts for its own tokens only', async () => {
    const [first] = issuers as [TestIssuer];
    const answer = await application.get('/notes', first.token({ audience: 'api-1' }));
    expect(answer).toBeUnauthorized('audience_invalid');
  });

  // RFC 7519 section 4.1.2, RFC 8725 section 3.8.
  it('the same subject of two issuers is two identities', async () => {
    const answers = await Promise.all(
      issuers.slice(0, 2).map((issuer) => application.get('/notes/identity', issuer.token())),
    );
    const [one, two] = answers.map(({ json }) => json as Identity);
    expect(one?.subject).toBe(two?.subject);
    expect(one?.id).not.toBe(two?.id);
  });

  it('an untrusted issuer is refused without a request to any server', async () => {
    const stranger = await createTestIssuer();
    const before = issuers.map(({ requests }) => requests.length);
    const answer = await application.get('/notes', stranger.token());
    expect(answer).toBeUnauthorized('issuer_untrusted');
    expect(stranger.requests).toEqual([]);
    expect(issuers.map(({ requests }) => requests.length)).toEqual(before);
    await stranger.close();
  });
});

describe('Identity', () => {
  // RFC 7519 sections 4.1.4 and 4.1.7, RFC 9068 section 2.2.
  it('has exactly the documented members, frozen, and not the token', async () => {
    const issuer = await createTestIssuer();
    const application = await startApplication({ issuers: [issuer.config()] });
    const token = issuer.token({
      scopes: ['notes:read', 'notes:write'],
      claims: { roles: ['editor'], tid: 'acme', jti: 'one', scp: ['notes:read', 'extra'] },
    });
    const answer = await application.get('/notes/identity', token);
    expect(Object.keys(answer.json as object)).toEqual([
      ...['issuer', 'subject', 'id', 'clientId', 'audience', 'scopes', 'roles', 'tenant'],
      ...['expiresAt', 'tokenId', 'claims'],
    ]);
    expect(answer.json).toMatchObject({
      issuer: issuer.issuer,
      subject: 'alice',
      id: `${issuer.issuer}|alice`,
      clientId: 'test-client',
      audience: ['https://api.example.com'],
      scopes: ['notes:read', 'notes:write', 'extra'],
      roles: ['editor'],
      tenant: 'acme',
      tokenId: 'one',
      expiresAt: (answer.json as Identity).claims['exp'],
    });
    expect(answer.text).not.toContain(token.split('.')[2]);
    await application.close();
    await issuer.close();
  });
});
