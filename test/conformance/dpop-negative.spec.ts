import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createDpopKey,
  createTestIssuer,
  proofFor,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import type { HttpAnswer } from '../support/http.js';
import { ORIGIN, type ProvingCall, ProvingClient } from '../support/proving-client.js';

const HOUR = 3_600;
const PATH = '/notes';

/**
 * What the OpenID conformance suite's negative tests of DPoP (`FAPI2SPFinalDpopNegativeTests` and its
 * neighbours) ask of a resource server, one test each.
 */
describe.each(ADAPTERS)('The conformance suite’s tests of DPoP, on %s', (adapter) => {
  let issuer: TestIssuer;
  let api: TestApplication;
  let client: ProvingClient;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    // FAPI 2.0 allows these alone.
    const algorithms = ['ES256', 'PS256', 'EdDSA'] as const;
    api = await startApplication(
      { issuers: [issuer.config()], dpop: { mode: 'required', origin: ORIGIN, algorithms } },
      { adapter },
    );
    client = await ProvingClient.of(api, issuer);
  });
  afterAll(() => Promise.all([api.close(), issuer.close()]));

  async function expectGood(call: Promise<HttpAnswer>): Promise<void> {
    expect(await call).toMatchObject({ status: 200 });
  }

  async function expectRefused(
    call: Promise<HttpAnswer>,
    code: 'dpop_proof_invalid' | 'token_binding_invalid' = 'dpop_proof_invalid',
  ): Promise<void> {
    const error = code === 'dpop_proof_invalid' ? 'invalid_dpop_proof' : 'invalid_token';
    const answer = await call;
    expect(answer).toMatchObject({ status: 401, json: { code } });
    expect(answer.challenge).toMatch(new RegExp(`^DPoP .*error="${error}"`));
    // A good proof still works afterwards.
    await expectGood(client.call(PATH));
  }

  const call = (options?: ProvingCall): Promise<HttpAnswer> => client.call(PATH, options);
  const now = (): number => Math.floor(Date.now() / 1_000);

  // RFC 9449 section 4.2.
  it('a good proof passes', () => expectGood(call()));

  it('the name of the header in capitals passes', () => expectGood(call({ headerName: 'DPOP' })));

  // RFC 9110 section 11.1.
  it.each(['dpop', 'DPOP', 'dPoP'])('the scheme %s passes', (scheme) =>
    expectGood(call({ scheme })),
  );

  // RFC 9449 section 4.3.
  it('two proofs are refused', async () => {
    const accessToken = client.token();
    const proofs = [client.proof(PATH, accessToken), client.proof(PATH, accessToken)];
    await expectRefused(call({ accessToken, proofs }));
    await expectRefused(call({ accessToken, proofs: [proofs.join(', ')] }));
    await expectRefused(call({ accessToken, proofs: [proofs.join(',')] }));
  });

  it('no proof is refused', () => expectRefused(call({ proofs: [] })));

  it.each(['', 'proof', 'a.b.c', 'e30.e30.', '{}', 'eyJhbGciOiJFUzI1NiJ9.e30'])(
    'what is no JWT is refused: %p',
    (proof) => expectRefused(call({ proofs: [proof] })),
  );

  it.each(['typ', 'alg', 'jwk'])('a proof without "%s" is refused', (member) =>
    expectRefused(call({ header: { [member]: undefined } })),
  );

  it.each(['jti', 'htm', 'htu', 'iat', 'ath'])('a proof without "%s" is refused', (claim) =>
    expectRefused(call({ claims: { [claim]: undefined } })),
  );

  it.each([
    ['jti', 1],
    ['jti', ''],
    ['htm', ['GET']],
    ['htu', [`${ORIGIN}${PATH}`]],
    ['iat', 'now'],
    ['iat', null],
    ['ath', 7],
  ])('a proof whose "%s" is %p is refused', (claim, value) =>
    expectRefused(call({ claims: { [claim]: value } })),
  );

  it.each(['JWT', 'at+jwt', 'dpop', ''])('the type %p is refused', (typ) =>
    expectRefused(call({ header: { typ } })),
  );

  it('RS256, which FAPI does not allow, is refused', async () => {
    const other = await ProvingClient.of(api, issuer, 'RS256');
    await expectRefused(other.call(PATH));
  });

  it('a proof that is not signed is refused', async () => {
    const accessToken = client.token();
    for (const alg of ['none', 'None', 'NONE']) {
      const [header, claims] = client.proof(PATH, accessToken, { header: { alg } }).split('.');
      await expectRefused(call({ accessToken, proofs: [`${header}.${claims}.`] }));
      await expectRefused(call({ accessToken, header: { alg } }));
    }
  });

  it('a proof with another signature is refused', async () => {
    const accessToken = client.token();
    const [header, claims] = client.proof(PATH, accessToken).split('.');
    const [, , signature] = client.proof(PATH, accessToken).split('.');
    await expectRefused(call({ accessToken, proofs: [`${header}.${claims}.${signature}`] }));
    await expectRefused(call({ accessToken, proofs: [`${header}.${claims}.AAAA`] }));
  });

  it('a private key in the header is refused', () =>
    expectRefused(call({ header: { jwk: { ...client.key.publicJwk, d: 'AAAA' } } })));

  it.each(['POST', 'get', 'Get', ' GET'])('another method is refused: %p', (htm) =>
    expectRefused(call({ claims: { htm } })),
  );

  it('an address with query and fragment passes', () =>
    expectGood(call({ claims: { htu: `${ORIGIN}${PATH}?query=1#fragment` } })));

  it('the query of the request does not count', () =>
    expectGood(client.call('/notes?query=1', { url: ORIGIN + PATH })));

  it.each([
    'https://api.example.com/other',
    'https://other.example.com/notes',
    'https://api.example.com:8443/notes',
    'http://api.example.com/notes',
    '/notes',
    'notes',
    '',
  ])('another address is refused: %p', (htu) => expectRefused(call({ claims: { htu } })));

  it.each(['HTTPS://api.example.com/notes', 'https://API.EXAMPLE.COM/notes'])(
    'scheme and host in capitals pass: %s',
    (htu) => expectGood(call({ claims: { htu } })),
  );

  it('the default port passes', () =>
    expectGood(call({ claims: { htu: 'https://api.example.com:443/notes' } })));

  it.each([HOUR, -HOUR])('a proof made %d seconds from now is refused', (seconds) =>
    expectRefused(call({ claims: { iat: now() + seconds } })),
  );

  it.each([10, 50, -10, -290])('a proof made %d seconds from now passes', (seconds) =>
    expectGood(call({ claims: { iat: now() + seconds } })),
  );

  it('a proof that comes twice is refused', async () => {
    const accessToken = client.token();
    const proofs = [client.proof(PATH, accessToken)];
    await expectGood(call({ accessToken, proofs }));
    await expectRefused(call({ accessToken, proofs }));
  });

  it('another proof with the same "jti" is refused', async () => {
    await expectGood(call({ claims: { jti: 'the same' } }));
    await expectRefused(call({ claims: { jti: 'the same' } }));
  });

  it('the hash of another token is refused', () => expectRefused(call({ token: client.token() })));

  it('another key than that of the token is refused', async () => {
    const accessToken = client.token();
    const proof = proofFor(await createDpopKey(), { url: ORIGIN + PATH, token: accessToken });
    await expectRefused(call({ accessToken, proofs: [proof] }), 'token_binding_invalid');
  });

  it('further members of the header and further claims pass', () =>
    expectGood(call({ header: { more: 'members', kid: 'k' }, claims: { more: 'claims' } })));

  it('"nbf" and "exp" in the proof are tolerated', () =>
    expectGood(call({ claims: { nbf: now() + HOUR, exp: now() - HOUR } })));

  // RFC 9449 section 7.2.
  it('a bound token under the scheme Bearer is refused, with a proof and without', async () => {
    await expectRefused(call({ scheme: 'Bearer' }), 'token_binding_invalid');
    await expectRefused(call({ scheme: 'Bearer', proofs: [] }), 'token_binding_invalid');
  });

  // RFC 9449 section 7.1.
  it('a token that is not bound is refused under the scheme DPoP', () =>
    expectRefused(call({ accessToken: issuer.token() }), 'token_binding_invalid'));
});
