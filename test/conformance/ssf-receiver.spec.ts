import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryRevocationStore } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import type { HttpAnswer } from '../support/http.js';
import {
  CAEP,
  eventToken,
  outcomeOf,
  postEvent,
  RECEIVER,
  RISC,
  SSF,
} from '../support/security-events.js';

const EMAIL = { format: 'email', email: 'alice@example.com' };

/** Every event type that the OpenID conformance suite sends, with members as it sends them. */
const SUPPORTED: readonly (readonly [uri: string, payload: object])[] = [
  [`${CAEP}/session-revoked`, { reason_admin: { en: 'Test' }, initiating_entity: 'policy' }],
  [`${CAEP}/token-claims-change`, { claims: { role: 'ro-admin' } }],
  [
    `${CAEP}/credential-change`,
    { credential_type: 'fido2-roaming', change_type: 'create', friendly_name: 'Key' },
  ],
  [
    `${CAEP}/assurance-level-change`,
    { namespace: 'NIST-AAL', current_level: 'nist-aal2', change_direction: 'increase' },
  ],
  [
    `${CAEP}/device-compliance-change`,
    { current_status: 'not-compliant', previous_status: 'compliant' },
  ],
  [`${CAEP}/session-established`, { fp_ua: 'abb0b6e7da81a42233f8f2b1a8ddb1b9a4c81611' }],
  [`${CAEP}/session-presented`, { fp_ua: 'abb0b6e7da81a42233f8f2b1a8ddb1b9a4c81611' }],
  [`${CAEP}/risk-level-change`, { current_level: 'LOW', principal: 'USER' }],
  [`${RISC}/account-credential-change-required`, {}],
  [`${RISC}/account-purged`, {}],
  [`${RISC}/account-disabled`, { reason: 'hijacking' }],
  [`${RISC}/account-enabled`, {}],
  [`${RISC}/identifier-changed`, { 'new-value': 'john.roe@example.com' }],
  [`${RISC}/identifier-recycled`, {}],
  [`${RISC}/credential-compromise`, { credential_type: 'password' }],
  [`${RISC}/opt-in`, {}],
  [`${RISC}/opt-out-initiated`, {}],
  [`${RISC}/opt-out-cancelled`, {}],
  [`${RISC}/opt-out-effective`, {}],
  [`${RISC}/recovery-activated`, {}],
  [`${RISC}/recovery-information-changed`, {}],
  [`${RISC}/sessions-revoked`, {}],
];

/**
 * What the receiver plans of the OpenID conformance suite (`openid-ssf-receiver-test-plan`,
 * `openid-ssf-receiver-caep-test-plan`) send by push and look for in the answer, by the names of its modules.
 * What they look for in calls to the API of a transmitter (to create, read, update and delete a stream, to ask
 * for its status or verification) is none of this receiver's: streams are set up by hand or by other means.
 */
describe.each(ADAPTERS)('The receiver plans of the conformance suite on %s', (adapter) => {
  let issuer: TestIssuer;
  let stranger: TestIssuer;
  let application: TestApplication;

  beforeAll(async () => {
    // The CAEP interoperability profile, section 2.6: RS256 with 2048 bits.
    [issuer, stranger] = await Promise.all([
      createTestIssuer({ algorithm: 'RS256' }),
      createTestIssuer({ algorithm: 'RS256' }),
    ]);
    application = await startApplication(
      {
        issuers: [issuer.config()],
        revocation: { store: new MemoryRevocationStore() },
        sharedSignals: {
          transmitters: [
            {
              issuer: issuer.issuer,
              audience: RECEIVER,
              subjectOf: ({ format }) =>
                format === 'email' ? { issuer: issuer.issuer, subject: 'by-email' } : undefined,
            },
          ],
        },
      },
      { adapter },
    );
  });
  afterAll(() => Promise.all([application.close(), issuer.close(), stranger.close()]));

  const push = (events: object, claims: object = {}, from = issuer): Promise<HttpAnswer> =>
    postEvent(
      application,
      eventToken(from, events, { txn: '8675309', ...claims }, { alg: 'RS256' }),
    );
  const verification = (claims: object, payload: object = {}): Promise<HttpAnswer> =>
    push({ [`${SSF}/verification`]: payload }, claims);
  const stream = { format: 'opaque', id: 'f67e39a0a4d34d56b3aa1bc4cff0069f' };

  /** RFC 8935 section 2.3. */
  const expectRejected = ({ status, headers, json }: HttpAnswer, err: string): void => {
    expect(status).toBe(400);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(json).toEqual({ err, description: expect.stringMatching(/./) });
  };

  // SSF 1.0 section 8.1.4.1.
  it('openid-ssf-receiver-stream-verification: takes a verification event with "state"', async () => {
    const answer = await verification({ sub_id: stream }, { state: 'VGhpcyBpcyBhIHN0YXRl' });
    expect(answer).toMatchObject({ status: 202, text: '' });
  });

  // SSF 1.0 section 8.1.4.2.
  it('openid-ssf-receiver-unsolicited-stream-verification: and one without', async () => {
    expect(await verification({ sub_id: stream })).toMatchObject({ status: 202, text: '' });
  });

  it.each([[EMAIL], [{ format: 'opaque' }], [undefined], ['f67e39a0']])(
    'openid-ssf-receiver-verification-wrong-subject: refuses one whose subject is no stream (%j)',
    async (sub_id) => {
      expectRejected(await verification({ sub_id }), 'invalid_request');
    },
  );

  it.each(SUPPORTED)(
    'openid-ssf-receiver-stream-supported-events: takes %s',
    async (uri, payload) => {
      const event = { [uri]: { event_timestamp: Math.floor(Date.now() / 1_000), ...payload } };
      expect(await push(event)).toMatchObject({ status: 202, text: '' });
    },
  );

  // The CAEP interoperability profile, section 2.5.
  it.each([
    ['iss_sub', () => ({ format: 'iss_sub', iss: issuer.issuer, sub: 'by-iss-sub' }), 'by-iss-sub'],
    ['email', () => EMAIL, 'by-email'],
    [
      'complex',
      () => ({
        format: 'complex',
        user: { format: 'iss_sub', iss: issuer.issuer, sub: 'by-complex' },
        tenant: { format: 'opaque', id: '123456789' },
      }),
      'by-complex',
    ],
  ])(
    'openid-ssf-receiver-stream-caep-interop: acts on subjects of the format %s',
    async (_format, sub_id, subject) => {
      const token = issuer.token({ subject });
      for (const type of ['session-revoked', 'credential-change'])
        expect((await push({ [`${CAEP}/${type}`]: {} }, { sub_id: sub_id() })).status).toBe(202);
      expect(await outcomeOf(application, token)).toBe('token_revoked');
    },
  );

  describe('openid-ssf-receiver-invalid-set-rejection: refuses', () => {
    const event = { [`${CAEP}/session-revoked`]: {} };

    it('a corrupted signature', async () => {
      const token = eventToken(issuer, event, {}, { alg: 'RS256' });
      const last = token.endsWith('AA') ? 'BB' : 'AA';
      const corrupted = `${token.slice(0, -10)}${last}${token.slice(-8)}`;
      expectRejected(await postEvent(application, corrupted), 'invalid_key');
    });

    it('another "iss"', async () => {
      const iss = `${issuer.issuer}/other`;
      expectRejected(await push(event, { iss }), 'invalid_issuer');
    });

    it('another "aud"', async () => {
      expectRejected(await push(event, { aud: 'https://other.example' }), 'invalid_audience');
    });

    it('a key that is not the transmitter’s', async () => {
      const answer = await push(event, { iss: issuer.issuer }, stranger);
      expectRejected(answer, 'invalid_key');
    });
  });

  // RFC 8935 section 2.
  it('openid-ssf-receiver-redelivered-set: takes an event that it has taken before', async () => {
    const token = eventToken(issuer, { [`${CAEP}/session-revoked`]: {} }, {}, { alg: 'RS256' });
    for (let delivery = 0; delivery < 2; delivery++)
      expect(await postEvent(application, token)).toMatchObject({ status: 202, text: '' });
  });
});
