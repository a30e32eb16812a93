import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccessTokenVerifier } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import {
  type AttackCode,
  expectGood,
  expectRefusal,
  expectSoundProcess,
  type Target,
} from '../support/attack.js';
import { AUDIENCE, encode, goodClaims } from '../support/forgery.js';
import { countSteps, type Steps } from '../support/steps.js';

expectSoundProcess();

const KIB = 1_024;
/** Somewhat deeper than claims may be. */
const DEEP = 40;
/** Each shape is longer than `maxTokenBytes` when asked for so many characters. */
const TOO_LONG = 24 * KIB;
const MAX_HEADER_BYTES = 512 * KIB;

describe.each(ADAPTERS)('Size and time on %s', (adapter) => {
  let issuer: TestIssuer;
  /** As Node and this module come. */
  let usual: TestApplication;
  /** Node reads greater headers than it does by default; this module does not. */
  let wide: TestApplication;
  /** Both read more. */
  let wider: TestApplication;

  beforeAll(async () => {
    issuer = await createTestIssuer({ listen: false });
    const config = { audience: AUDIENCE, issuers: [issuer.config()] };
    const serverOptions = { bodyLimit: 4 * KIB * KIB };
    usual = await startApplication(
      { ...config, tokenSources: ['header', { body: 'access_token' }] },
      { adapter, serverOptions, configure: readGreatBodies },
    );
    wide = await startApplication(config, { adapter, configure: readGreatHeaders });
    wider = await startApplication(
      { ...config, maxTokenBytes: 128 * KIB },
      { adapter, configure: readGreatHeaders },
    );
    // Keys are fetched and code is compiled before anything is counted.
    for (const application of [usual, wide, wider]) await expectGood(application, issuer.token());
  });

  afterAll(async () => {
    await Promise.all([usual, wide, wider].map((application) => application.close()));
    await issuer.close();
  });

  /** Fastify has an option for this. */
  const readGreatBodies = (app: INestApplication): void => {
    if (adapter === 'Express')
      (app as NestExpressApplication).useBodyParser('json', { limit: '4mb' });
  };

  const targetOf = (application: TestApplication): Target => ({
    application,
    good: () => issuer.token(),
  });

  const header = (): object => ({ alg: 'ES256', typ: 'at+jwt', kid: issuer.kid });

  describe('S26 great and deep tokens', () => {
    it('S26 a header of more than 16 KiB: 431 from Node, before anything of ours', async () => {
      const token = issuer.token({ claims: { padding: 'x'.repeat(20 * KIB) } });
      const answer = await usual.get('/notes', token);
      expect(answer.status).toBe(431);
      expect(answer.text).not.toContain(token.slice(0, 20));
      await expectGood(usual, issuer.token());
    });

    it('S26 a good token longer than maxTokenBytes, where Node lets it through', async () => {
      const token = issuer.token({ claims: { padding: 'x'.repeat(20 * KIB) } });
      await expectGood(wider, token);
      await expectRefusal(targetOf(wide), token, 'token_malformed');
    });

    it('S26 exactly maxTokenBytes, and one byte more', async () => {
      const ofLength = (bytes: number): string => {
        // No segment has every length, so both are padded.
        for (const x of ['', 'x', 'xx'])
          for (let padding = Math.floor(bytes * 0.7); padding < bytes; padding++) {
            const token = issuer.token({ header: { x }, claims: { p: 'x'.repeat(padding) } });
            if (token.length === bytes) return token;
            if (token.length > bytes) break;
          }
        throw new Error(`no token has ${bytes} bytes`);
      };
      const fits = ofLength(16 * KIB);
      const over = ofLength(16 * KIB + 1);
      expect([fits.length, over.length]).toEqual([16 * KIB, 16 * KIB + 1]);
      await expectGood(wide, fits);
      await expectRefusal(targetOf(wide), over, 'token_malformed');
    });

    it('S26 1 MB of claims in a body', async () => {
      const post = (token: string) => () =>
        usual.call('/notes', {
          method: 'POST',
          headers: [['Content-Type', 'application/json']],
          body: JSON.stringify({ access_token: token }),
        });
      expect((await post(issuer.token())()).status).toBe(201);
      const token = issuer.token({ claims: { padding: 'x'.repeat(KIB * KIB) } });
      await expectRefusal(targetOf(usual), post(token), 'token_malformed');
      expect(usual.log.text()).not.toContain(token.slice(0, 20));
    });

    it('S26 1 MB of claims without HTTP', async () => {
      const verifier = usual.app.get(AccessTokenVerifier);
      await expect(verifier.verify(issuer.token())).resolves.toMatchObject({ subject: 'alice' });
      const token = issuer.token({ claims: { padding: 'x'.repeat(KIB * KIB) } });
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_malformed' });
    });

    const nested = (open: string, inner: string, close: string, depth: number): string =>
      open.repeat(depth) + inner + close.repeat(depth);

    it.each([
      ['lists', nested('[', '1', ']', DEEP)],
      ['objects', nested('{"a":', '1', '}', DEEP)],
      ['lists in objects', nested('{"a":[', '1', ']}', DEEP)],
    ])('S26 claims nested too deep: %s', async (_name, deep) => {
      const claims = `${JSON.stringify(goodClaims(issuer.issuer)).slice(0, -1)},"deep":${deep}}`;
      const token = issuer.sign(header(), claims);
      await expectRefusal(targetOf(wider), token, 'claims_invalid');
    });

    it('S26 claims nested too deep, where nothing greater is read', async () => {
      const deep = nested('[', '1', ']', DEEP);
      const claims = `${JSON.stringify(goodClaims(issuer.issuer)).slice(0, -1)},"deep":${deep}}`;
      await expectRefusal(targetOf(usual), issuer.sign(header(), claims), 'claims_invalid');
    });

    it.each(['iss', 'sub', 'aud', 'exp', 'nbf', 'scope', 'roles', 'cnf'])(
      'S26 %s nested too deep',
      async (name) => {
        // What is nested too deep is refused for that, before anybody walks it.
        const code = name === 'iss' ? 'issuer_untrusted' : 'claims_invalid';
        const deep = nested('[', '1', ']', DEEP);
        const claims = `${JSON.stringify(goodClaims(issuer.issuer)).slice(0, -1)},"${name}":${deep}}`;
        const token = issuer.sign(header(), claims);
        await expectRefusal(targetOf(wider), token, code);
      },
    );

    it('S26 a header nested as deep: the member is not read', async () => {
      const deep = nested('[', '1', ']', DEEP);
      const text = `${JSON.stringify(header()).slice(0, -1)},"deep":${deep}}`;
      await expectGood(wider, issuer.sign(text, goodClaims(issuer.issuer)));
      const kid = `{"alg":"ES256","kid":${deep}}`;
      const token = issuer.sign(kid, goodClaims(issuer.issuer));
      await expectRefusal(targetOf(wider), token, 'token_malformed');
    });

    it('S26 nesting that is never closed', async () => {
      for (const text of ['['.repeat(DEEP), '{"a":'.repeat(DEEP)]) {
        await expectRefusal(targetOf(wider), issuer.sign(header(), text), 'token_malformed');
        const token = issuer.sign(text, goodClaims(issuer.issuer));
        await expectRefusal(targetOf(wider), token, 'token_malformed');
      }
    });

    it('S26 many members, and many elements', async () => {
      const members = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`m${at}`, at]));
      await expectGood(wider, issuer.token({ claims: members }));
      const audience = Array.from({ length: 3_000 }, (_, at) => `https://${at}.example`);
      await expectRefusal(targetOf(wider), issuer.token({ audience }), 'audience_invalid');
    });
  });

  describe('S29 reading Authorization is linear', () => {
    /** Whether each character must be looked at to tell that it is junk. */
    interface Shape {
      readonly name: string;
      readonly code: AttackCode;
      readonly scanned: boolean;
      /** A header value of about so many characters. */
      value(length: number): string;
    }

    const shapes: Shape[] = [
      {
        name: 'spaces after the scheme',
        code: 'token_malformed',
        scanned: true,
        value: (length) => `Bearer${' '.repeat(length)}x`,
      },
      {
        name: 'no space at all',
        code: 'auth_required',
        scanned: false,
        value: (length) => 'a'.repeat(length),
      },
      {
        name: 'no space after the scheme',
        code: 'auth_required',
        scanned: false,
        value: (length) => `Bearer${'a'.repeat(length)}`,
      },
      {
        name: 'dots',
        code: 'token_malformed',
        scanned: true,
        value: (length) => `Bearer ${'.'.repeat(length)}`,
      },
      {
        name: 'base64url without a dot',
        code: 'token_malformed',
        scanned: true,
        value: (length) => `Bearer ${'a'.repeat(length)}`,
      },
      {
        name: 'letters and dots in turn',
        code: 'token_malformed',
        scanned: true,
        value: (length) => `Bearer ${'a.'.repeat(length / 2)}`,
      },
      {
        name: 'letters and spaces in turn',
        code: 'token_malformed',
        scanned: false,
        value: (length) => `Bearer ${'a '.repeat(length / 2)}b`,
      },
      {
        name: 'the scheme again and again',
        code: 'token_malformed',
        scanned: false,
        value: (length) => 'Bearer '.repeat(length / 7) + 'x',
      },
      {
        name: 'base64url and one character at the end that is not',
        code: 'token_malformed',
        scanned: true,
        value: (length) => `Bearer ${'a'.repeat(length)}!`,
      },
      {
        name: 'three segments of junk',
        code: 'token_malformed',
        scanned: true,
        value: (length) => `Bearer ${['a', 'b', 'c'].map((x) => x.repeat(length / 4)).join('.')}`,
      },
      {
        name: 'a token of a stranger',
        code: 'issuer_untrusted',
        scanned: true,
        value: (length) => {
          const claims = { iss: 'https://x.example', junk: 'x'.repeat(length * 0.7) };
          return `Bearer ${encode({ alg: 'ES256' })}.${encode(claims)}.c2ln`;
        },
      },
      {
        name: 'a token with a bad signature',
        code: 'signature_invalid',
        scanned: true,
        value: (length) =>
          `Bearer ${issuer.tamperedToken({ claims: { junk: 'x'.repeat(length * 0.7) } })}`,
      },
    ];

    const stepsOf = async (
      application: TestApplication,
      value: string,
      code: AttackCode,
    ): Promise<Steps> => {
      const steps = await countSteps(async () => {
        const answer = await application.call('/notes', { headers: [['Authorization', value]] });
        expect(answer.json).toMatchObject({ code });
      });
      const attack = () => application.call('/notes', { headers: [['Authorization', value]] });
      await expectRefusal(targetOf(application), attack, code);
      return steps;
    };

    it('S29 the count counts', async () => {
      const steps = await countSteps(async () => {
        for (let at = 0; at < 100; at++) 'abc'.charCodeAt(at);
        'x'.repeat(50).split('');
        /x+y/.test('x'.repeat(70));
        'x'.repeat(30).replace(/y/g, '');
      });
      expect(steps).toEqual({ characters: 150, byPattern: 100 });
    });

    it.each(shapes)('S29 $name', async ({ value, code, scanned }) => {
      const half = await stepsOf(wider, value(4 * KIB), code);
      const whole = await stepsOf(wider, value(8 * KIB), code);
      if (scanned) expect(half.characters).toBeGreaterThanOrEqual(2 * KIB);
      // What every request costs, whatever it carries, is in both.
      expect(whole.characters).toBeLessThanOrEqual(2.2 * half.characters + 500);
      // A pattern's steps can't be seen, so no pattern may see what nobody vouches for.
      if (code !== 'signature_invalid') expect(whole.byPattern).toBeLessThan(4 * KIB);
    });

    it.each(shapes.filter(({ code }) => code !== 'auth_required'))(
      'S29 $name, longer than maxTokenBytes: refused by its length alone',
      async ({ name, value }) => {
        const least = await stepsOf(wide, 'Bearer x', 'token_malformed');
        const whole = await stepsOf(wide, value(TOO_LONG), 'token_malformed');
        // The spaces are no part of the token.
        const spaces = name === 'spaces after the scheme' ? TOO_LONG : 0;
        expect(whole.characters).toBeLessThanOrEqual(least.characters + spaces + 500);
        expect(whole.byPattern).toBeLessThan(4 * KIB);
      },
    );
  });
});

/** Both adapters leave the server as Node makes it, and Node asks it anew for each connection. */
function readGreatHeaders(app: INestApplication): void {
  Object.assign(app.getHttpServer() as object, { maxHeaderSize: MAX_HEADER_BYTES });
}
