import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MemoryRevocationStore } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { expectSoundProcess } from '../support/attack.js';
import { MovableClock } from '../support/movable-clock.js';
import {
  CAEP,
  eventToken,
  LOGOUT_EVENT,
  logoutToken,
  postEvent,
  postLogout,
  RECEIVER,
  RISC,
  SSF,
} from '../support/security-events.js';

expectSoundProcess();

const RUNS = 60;

const anything = fc.anything({
  maxDepth: 3,
  withNullPrototype: false,
  values: [
    ...[fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined)],
    fc.constantFrom('iss_sub', 'opaque', 'complex', 'email', '__proto__', 'constructor'),
  ],
});
const names = fc.constantFrom(
  ...['sub', 'sid', 'jti', 'iat', 'exp', 'nbf', 'aud', 'nonce', 'events', 'sub_id', 'toe', 'txn'],
);
const subject = fc.record(
  {
    format: fc.constantFrom('iss_sub', 'opaque', 'complex', 'email', 'jwt_id'),
    ...{ iss: anything, sub: anything, id: anything, email: anything },
    ...{ user: anything, session: anything, device: anything },
  },
  { requiredKeys: ['format'] },
);
const events = fc.dictionary(
  fc.oneof(
    fc.constantFrom(`${CAEP}/session-revoked`, `${CAEP}/credential-change`, LOGOUT_EVENT),
    fc.constantFrom(`${RISC}/account-purged`, `${SSF}/verification`, '__proto__'),
    fc.string(),
  ),
  fc.oneof(fc.constant({}), fc.record({ event_timestamp: anything }), anything),
  { maxKeys: 3 },
);
const claims = fc
  .tuple(
    fc.dictionary(names, anything, { maxKeys: 4 }),
    fc.option(subject, { nil: undefined }),
    fc.option(events, { nil: undefined }),
  )
  .map(([some, sub_id, said]) => ({
    ...some,
    ...(sub_id && { sub_id }),
    ...(said && { events: said }),
  }));

describe.each(ADAPTERS)(
  'S41 whatever an issuer signs, and whatever is posted, on %s',
  (adapter) => {
    const clock = new MovableClock();
    let issuer: TestIssuer;
    let application: TestApplication;

    beforeAll(async () => {
      issuer = await createTestIssuer({ now: clock.now });
      application = await startApplication(
        {
          issuers: [issuer.config({ backChannelLogout: { clientId: 'notes-client' } })],
          revocation: { store: new MemoryRevocationStore() },
          backChannelLogout: {},
          sharedSignals: { transmitters: [{ issuer: issuer.issuer, audience: RECEIVER }] },
        },
        { adapter, clock },
      );
    });
    afterAll(() => Promise.all([application.close(), issuer.close()]));

    it('a logout token is 200 or 400', async () => {
      await fc.assert(
        fc.asyncProperty(claims, async (changes) => {
          clock.advance(1);
          const answer = await postLogout(application, logoutToken(issuer, changes));
          expect([200, 400]).toContain(answer.status);
          expect(answer.headers['cache-control']).toBe('no-store');
        }),
        { numRuns: RUNS },
      );
    });

    it('a security event token is 202 or 400', async () => {
      await fc.assert(
        fc.asyncProperty(claims, async (changes) => {
          clock.advance(1);
          const answer = await postEvent(application, eventToken(issuer, {}, changes));
          expect([202, 400]).toContain(answer.status);
          expect(answer.headers['cache-control']).toBe('no-store');
        }),
        { numRuns: RUNS },
      );
    });

    it('any other body is 400', async () => {
      const bodies = fc.string({ unit: 'binary', maxLength: 3_000 });
      const types = fc.constantFrom(
        ...['application/secevent+jwt', 'application/jwt', 'text/plain', ''],
        'application/x-www-form-urlencoded',
      );
      await fc.assert(
        fc.asyncProperty(bodies, types, async (body, type) => {
          for (const path of ['/backchannel-logout', '/ssf/events']) {
            const headers = [['Content-Type', type] as const];
            const { status } = await application.call(path, { method: 'POST', headers, body });
            expect(status).toBe(400);
          }
        }),
        { numRuns: RUNS },
      );
    });
  },
);
