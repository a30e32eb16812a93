import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AccessTokenOptions,
  createDpopKey,
  createTestCertificate,
  createTestIssuer,
  type DpopKey,
  proofFor,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';

const ORIGIN = 'https://api.example.com';
const ALICE = createTestCertificate({ commonName: 'alice' });
const MALLORY = createTestCertificate({ commonName: 'mallory' });

// RFC 7800 section 3.1, RFC 8705 section 3, RFC 9449 section 6.1.
describe.each(
  ADAPTERS.flatMap((adapter) => [
    [adapter, 'a JWT'] as const,
    // RFC 7662 section 2.2, RFC 8705 section 3.2, RFC 9449 section 6.2: the answer says what it is bound to.
    [adapter, 'an opaque token'] as const,
  ]),
)('What is bound to a key and to a certificate, on %s, %s', (adapter, kind) => {
  let issuer: TestIssuer;
  let api: TestApplication;
  let key: DpopKey;
  let otherKey: DpopKey;

  beforeAll(async () => {
    issuer = await createTestIssuer({ introspection: kind === 'an opaque token' });
    [key, otherKey] = await Promise.all([createDpopKey(), createDpopKey()]);
    api = await startApplication(
      {
        issuers: [issuer.config()],
        dpop: { mode: 'allowed', origin: ORIGIN },
        mtls: {
          mode: 'allowed',
          certificate: {
            header: 'client-cert',
            format: 'rfc9440',
            trustedProxies: ['127.0.0.1'],
          },
        },
      },
      { adapter },
    );
  });
  afterAll(async () => {
    await api.close();
    await issuer.close();
  });

  const tokenOf = (options: AccessTokenOptions): string =>
    kind === 'a JWT' ? issuer.token(options) : issuer.opaqueToken(options);
  const proofOf = (by: DpopKey, token: string): string =>
    proofFor(by, { url: `${ORIGIN}/notes`, token });
  const outcome = async (
    token: string,
    { proof, certificate }: { proof?: string; certificate?: typeof ALICE },
  ): Promise<unknown> => {
    const { status, json } = await api.call('/notes', {
      headers: [
        ['Authorization', `${proof === undefined ? 'Bearer' : 'DPoP'} ${token}`],
        ...(proof === undefined ? [] : [['DPoP', proof] as const]),
        ...(certificate
          ? [['Client-Cert', `:${certificate.der.toString('base64')}:`] as const]
          : []),
      ],
    });
    return status === 200 ? 200 : (json as { code: string }).code;
  };

  it('needs both', async () => {
    const token = tokenOf({ dpop: key, certificate: ALICE });
    const asked = async (shown: Parameters<typeof outcome>[1]): Promise<unknown> => [
      await outcome(token, shown),
      await outcome(token, { proof: proofOf(key, token), certificate: ALICE }),
    ];
    expect(await asked({})).toEqual(['token_binding_invalid', 200]);
    expect(await asked({ certificate: ALICE })).toEqual(['token_binding_invalid', 200]);
    expect(await asked({ proof: proofOf(key, token) })).toEqual(['token_binding_invalid', 200]);
    expect(await asked({ proof: proofOf(key, token), certificate: MALLORY })).toEqual([
      'token_binding_invalid',
      200,
    ]);
    expect(await asked({ proof: proofOf(otherKey, token), certificate: ALICE })).toEqual([
      'token_binding_invalid',
      200,
    ]);
  });

  it('a proof that came with a wrong certificate is not used up', async () => {
    const token = tokenOf({ dpop: key, certificate: ALICE });
    const proof = proofOf(key, token);
    expect(await outcome(token, { proof, certificate: MALLORY })).toBe('token_binding_invalid');
    expect(await outcome(token, { proof, certificate: ALICE })).toBe(200);
    expect(await outcome(token, { proof, certificate: ALICE })).toBe('dpop_proof_invalid');
  });

  it('one that is bound in one way alone needs that one', async () => {
    const toCertificate = tokenOf({ certificate: ALICE });
    expect(await outcome(toCertificate, { certificate: ALICE })).toBe(200);
    const toKey = tokenOf({ dpop: key });
    expect(await outcome(toKey, { proof: proofOf(key, toKey) })).toBe(200);
    // RFC 9449 section 7.1: the scheme DPoP is for tokens that are bound to a key.
    const proof = proofOf(key, toCertificate);
    expect(await outcome(toCertificate, { proof, certificate: ALICE })).toBe(
      'token_binding_invalid',
    );
  });
});
