import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';
import { expectGood, expectRefusal, expectSoundProcess, type Target } from '../support/attack.js';
import {
  AUDIENCE,
  ecdsa,
  encode,
  forge,
  forgeSegments,
  goodClaims,
  plain,
  type Sign,
  withSignature,
} from '../support/forgery.js';

expectSoundProcess();

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const HEADER = { alg: 'ES256', typ: 'at+jwt' };

describe.each(ADAPTERS)('Encoding on %s', (adapter) => {
  const EC = 'https://ec.example';
  const RSA = 'https://rsa.example';
  const ecKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsaKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  /** Every forged token carries a good signature, so that its encoding alone stands against it. */
  const sign = ecdsa('sha256', ecKeys.privateKey);

  let application: TestApplication;
  let target: Target;

  beforeAll(async () => {
    application = await startApplication(
      {
        audience: AUDIENCE,
        issuers: [
          { issuer: EC, keys: { publicKey: ecKeys.publicKey } },
          { issuer: RSA, keys: { publicKey: rsaKeys.publicKey } },
        ],
        // A query can carry bytes that no header can.
        tokenSources: ['header', { query: 'access_token' }],
      },
      { adapter },
    );
    target = { application, good: () => forge(HEADER, goodClaims(EC), sign) };
  });

  afterAll(() => application.close());

  const refusedInQuery = async (token: string): Promise<void> => {
    const path = `/notes?access_token=${encodeURIComponent(token)}`;
    await expectRefusal(target, () => application.get(path), 'token_malformed');
  };

  describe('S23 spellings that differ in unused bits', () => {
    it('S23 the tokens these are made of are good', async () => {
      for (const residue of [0, 2, 3]) {
        await expectGood(
          application,
          forgeSegments(segmentOf(HEADER, residue), encode(goodClaims(EC)), sign),
        );
        await expectGood(
          application,
          forgeSegments(encode(HEADER), segmentOf(goodClaims(EC), residue), sign),
        );
      }
      await expectGood(application, rsaToken());
    });

    it.each([2, 3])('S23 header and claims, %i characters in the last group', async (residue) => {
      for (const header of otherSpellings(segmentOf(HEADER, residue)))
        await expectRefusal(
          target,
          forgeSegments(header, encode(goodClaims(EC)), sign),
          'token_malformed',
        );
      for (const claims of otherSpellings(segmentOf(goodClaims(EC), residue)))
        await expectRefusal(target, forgeSegments(encode(HEADER), claims, sign), 'token_malformed');
    });

    it('S23 the signature', async () => {
      for (const token of [target.good(), rsaToken()]) {
        const start = token.lastIndexOf('.') + 1;
        const spellings = otherSpellings(token.slice(start));
        expect(spellings).toHaveLength(15);
        for (const signature of spellings)
          await expectRefusal(target, token.slice(0, start) + signature, 'token_malformed');
      }
    });

    it('S23 one character more than whole bytes need', async () => {
      const [header = '', claims = '', signature = ''] = forgeSegments(
        segmentOf(HEADER, 0),
        segmentOf(goodClaims(EC), 0),
        sign,
      ).split('.');
      await expectRefusal(target, forgeSegments(`${header}A`, claims, sign), 'token_malformed');
      await expectRefusal(target, forgeSegments(header, `${claims}A`, sign), 'token_malformed');
      await expectRefusal(target, `${header}.${claims}.${signature}AAA`, 'token_malformed');
    });

    const rsaToken = (): string =>
      forge({ alg: 'RS256' }, goodClaims(RSA), plain('sha256', rsaKeys.privateKey));
  });

  describe('S24 strictness', () => {
    /** Holds both `-` and `_` when encoded. */
    const specialClaims = (): object => goodClaims(EC, { x: '\u00ff\u00fe???>>>~~~\u00ff\u00fe' });

    it('S24 white space before the token is one separator; RFC 9110 drops it after', async () => {
      for (const value of [`Bearer   ${target.good()}`, `bEARER ${target.good()}  `]) {
        const headers = [['Authorization', value]] as const;
        expect((await application.call('/notes', { headers })).status).toBe(200);
      }
    });

    const spoilt: [name: string, spoil: (segment: string) => string][] = [
      ['=', (segment) => `${segment}=`],
      ['==', (segment) => `${segment}==`],
      ['padding to fours', (segment) => segment + '='.repeat(4 - (segment.length % 4))],
      ['+', (segment) => `${segment.slice(0, 4)}+${segment.slice(5)}`],
      ['/', (segment) => `${segment.slice(0, 4)}/${segment.slice(5)}`],
      ['a space inside', (segment) => `${segment.slice(0, 4)} ${segment.slice(4)}`],
      ['a tab inside', (segment) => `${segment.slice(0, 4)}\t${segment.slice(4)}`],
      ['a space in front', (segment) => ` ${segment}`],
      ['a comma', (segment) => `${segment.slice(0, 4)},${segment.slice(4)}`],
      ['a percent sign', (segment) => `${segment.slice(0, 4)}%41${segment.slice(4)}`],
      ['quotes', (segment) => `"${segment}"`],
      ['a tilde', (segment) => `${segment}~`],
      ['a Latin-1 letter', (segment) => `${segment.slice(0, 4)}\u00e9${segment.slice(4)}`],
    ];

    /** No comma is part of a token: it is what a proxy puts between two headers. */
    async function refusedInHeader(value: string): Promise<void> {
      const headers = [['Authorization', value]] as const;
      const call = () => application.call('/notes', { headers });
      if (!value.includes(',')) return void (await expectRefusal(target, call, 'token_malformed'));
      expect(await call()).toMatchObject({ status: 400, json: { code: 'invalid_request' } });
    }

    it.each(spoilt)('S24 %s in header, claims and signature', async (name, spoil) => {
      const [header = '', claims = ''] = target.good().split('.');
      const signature = encode(sign(Buffer.from(`${header}.${claims}`)));
      const tokens = [
        forgeSegments(spoil(header), claims, sign),
        forgeSegments(header, spoil(claims), sign),
        `${header}.${claims}.${spoil(signature)}`,
      ];
      // The separator before a token may be several spaces.
      for (const token of name === 'a space in front' ? tokens.slice(1) : tokens)
        await refusedInHeader(`Bearer ${token}`);
      for (const token of tokens) await refusedInQuery(token);
    });

    it.each([
      ['a newline', '\n'],
      ['CR LF', '\r\n'],
      ['NUL', '\0'],
      ['a full-width letter', '\uff21'],
      ['a letter whose code unit ends like A', '\u0141'],
      ['an emoji', '\u{1f600}'],
      ['a byte order mark', '\ufeff'],
      ['a zero-width space', '\u200b'],
    ])('S24 %s, which only a query can carry', async (_name, character) => {
      const [header = '', claims = '', signature = ''] = target.good().split('.');
      for (const at of [0, 4]) {
        const spoil = (segment: string): string =>
          segment.slice(0, at) + character + segment.slice(at);
        await refusedInQuery(forgeSegments(spoil(header), claims, sign));
        await refusedInQuery(forgeSegments(header, spoil(claims), sign));
        await refusedInQuery(`${header}.${claims}.${spoil(signature)}`);
      }
      await refusedInQuery(target.good() + character);
    });

    it('S24 the alphabet of plain base64', async () => {
      const [header = '', claims = ''] = forge(HEADER, specialClaims(), sign).split('.');
      expect(claims).toMatch(/-/);
      expect(claims).toMatch(/_/);
      await expectGood(application, forgeSegments(header, claims, sign));
      const plainClaims = claims.replaceAll('-', '+').replaceAll('_', '/');
      await expectRefusal(target, forgeSegments(header, plainClaims, sign), 'token_malformed');
    });

    // RFC 7515 section 7.1.
    it('S24 other numbers of segments', async () => {
      const [header = '', claims = '', signature = ''] = target.good().split('.');
      for (const token of [
        header,
        `${header}.${claims}`,
        `${header}.${claims}.${signature}.`,
        `${header}.${claims}.${signature}.${signature}`,
        `.${header}.${claims}.${signature}`,
        `${header}..${claims}.${signature}`,
        `${target.good()}.${target.good()}`,
        '.',
        '..',
        '...',
        '....',
      ])
        await expectRefusal(target, token, 'token_malformed');
    });

    it('S24 empty segments', async () => {
      const [header = '', claims = '', signature = ''] = target.good().split('.');
      for (const token of [
        `.${claims}.${signature}`,
        `${header}..${signature}`,
        `..${signature}`,
        `${header}..`,
        `.${claims}.`,
        forgeSegments('', claims, sign),
        forgeSegments(header, '', sign),
      ])
        await expectRefusal(target, token, 'token_malformed');
      // The third may be empty as far as form goes: an unsecured JWS, which nothing signs for.
      await expectRefusal(target, `${header}.${claims}.`, 'signature_invalid');
    });

    it('S24 more than a token after the scheme', async () => {
      const token = target.good();
      for (const value of [
        `Bearer ${token} ${token}`,
        `Bearer ${token} trailing`,
        `Bearer ${token},${token}`,
        `Bearer ${token}, Bearer ${token}`,
        `Bearer ${token};x=1`,
        `Bearer Bearer ${token}`,
        `Bearer token="${token}"`,
        `Bearer\t${token}`,
        `Bearer,${token}`,
        `Bearer=${token}`,
      ])
        await refusedInHeader(value);
    });

    // RFC 7515 section 7.2.
    it('S24 the JSON serialization of a JWS', async () => {
      const [header, payload, signature] = target.good().split('.');
      for (const token of [
        JSON.stringify({ protected: header, payload, signature }),
        JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
      ])
        await refusedInHeader(`Bearer ${token}`);
    });
  });

  // RFC 8725 section 3.7.
  describe('S25 bytes that are not UTF-8', () => {
    const invalid: [name: string, bytes: number[]][] = [
      ['bytes that never occur', [0xff, 0xfe]],
      ['a continuation byte alone', [0x80]],
      ['a sequence cut short', [0xe2, 0x82]],
      ['an overlong slash', [0xc0, 0xaf]],
      ['an overlong NUL', [0xc0, 0x80]],
      ['a surrogate', [0xed, 0xa0, 0x80]],
      ['a code point beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
      ['Latin-1', [0xe9]],
    ];

    /** JSON text of an object with one more member, whose value is these bytes. */
    const withBytes = (object: object, name: string, bytes: readonly number[]): Buffer =>
      Buffer.concat([
        Buffer.from(`${JSON.stringify(object).slice(0, -1)},"${name}":"`),
        Buffer.from(bytes),
        Buffer.from('"}'),
      ]);

    it('S25 characters beyond ASCII are let in when they are UTF-8', async () => {
      const claims = withBytes(goodClaims(EC), 'sub', [...Buffer.from('日本 é \u{1f600}')]);
      const answer = await expectGood(application, forge(HEADER, claims, sign));
      expect(answer.json).toMatchObject({ subject: '日本 é \u{1f600}' });
    });

    it.each(invalid)('S25 %s in claims and header', async (_name, bytes) => {
      for (const member of ['sub', 'unused'])
        await expectRefusal(
          target,
          forge(HEADER, withBytes(goodClaims(EC), member, bytes), sign),
          'token_malformed',
        );
      for (const member of ['kid', 'unused'])
        await expectRefusal(
          target,
          forge(withBytes(HEADER, member, bytes), goodClaims(EC), sign),
          'token_malformed',
        );
    });

    it.each(['utf8', 'utf16le'] as const)('S25 a byte order mark, %s', async (encoding) => {
      const claims = Buffer.from(`\ufeff${JSON.stringify(goodClaims(EC))}`, encoding);
      await expectRefusal(target, forge(HEADER, claims, sign), 'token_malformed');
      const header = Buffer.from(`\ufeff${JSON.stringify(HEADER)}`, encoding);
      await expectRefusal(target, forge(header, goodClaims(EC), sign), 'token_malformed');
    });

    it('S25 UTF-16 without a mark, and a NUL after the JSON', async () => {
      for (const claims of [
        Buffer.from(JSON.stringify(goodClaims(EC)), 'utf16le'),
        Buffer.from(`${JSON.stringify(goodClaims(EC))}\0`),
      ])
        await expectRefusal(target, forge(HEADER, claims, sign), 'token_malformed');
    });
  });

  // RFC 7516 sections 7.1 and 9: not accepted in any form.
  describe('S27 encrypted tokens', () => {
    const jwe = (header: object): string =>
      [encode(header), 'a2V5', 'aXY', encode('x'.repeat(64)), 'dGFn'].join('.');

    it.each([
      ['zip', { alg: 'dir', enc: 'A128GCM', zip: 'DEF' }],
      ['p2c', { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1_000, p2s: 'AAAA' }],
      ['zip and p2c', { alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', zip: 'DEF', p2c: 1_000 }],
      ['RSA-OAEP', { alg: 'RSA-OAEP', enc: 'A256GCM', cty: 'JWT' }],
      ['the alg of a signature', { ...HEADER, zip: 'DEF', p2c: 1_000 }],
    ])('S27 five segments with %s', async (_name, header) => {
      await expectRefusal(target, jwe(header), 'token_malformed');
    });

    it('S27 a good token with two segments more', async () => {
      await expectRefusal(target, `${target.good()}..`, 'token_malformed');
      await expectRefusal(target, `${target.good()}.dGFn.dGFn`, 'token_malformed');
    });

    it.each(['dir', 'RSA-OAEP', 'A256GCMKW', 'PBES2-HS256+A128KW'])(
      'S27 three segments that say they are encrypted with %s',
      async (alg) => {
        const header = { alg, enc: 'A128GCM', zip: 'DEF', p2c: 1_000 };
        await expectRefusal(target, forge(header, goodClaims(EC), sign), 'signature_invalid');
      },
    );

    // RFC 7516 section 4.1.3, RFC 8725 section 3.6.
    it('S27 a JWS is never inflated: zip is a member without meaning', async () => {
      await expectGood(application, forge({ ...HEADER, zip: 'DEF' }, goodClaims(EC), sign));
      const deflated = forge({ ...HEADER, zip: 'DEF' }, Buffer.from('789c0300', 'hex'), sign);
      await expectRefusal(target, deflated, 'token_malformed');
    });

    // RFC 8725 section 3.3.
    it('S27 a signed token inside a signed token', async () => {
      const nested = forge({ ...HEADER, cty: 'JWT' }, target.good(), sign as Sign);
      await expectRefusal(target, nested, 'token_malformed');
    });

    it('S27 good tokens stay good with a new signature', async () => {
      const token = target.good();
      const input = token.slice(0, token.lastIndexOf('.'));
      await expectGood(application, withSignature(token, sign(Buffer.from(input))));
    });
  });
});

/** A segment with so many characters in its last group of four; 0: the group is full. */
function segmentOf(part: object, residue: number): string {
  const text = JSON.stringify(part);
  const fitting = [text, `${text} `, `${text}  `].map((spelling) => encode(spelling));
  const found = fitting.find((segment) => segment.length % 4 === residue);
  if (found === undefined) throw new Error(`no segment has a residue of ${residue}`);
  return found;
}

/** All other segments that a lenient decoder takes for the same bytes. */
function otherSpellings(segment: string): string[] {
  const start = segment.slice(0, -1);
  const bytes = Buffer.from(segment, 'base64url');
  return [...ALPHABET]
    .map((character) => start + character)
    .filter((spelling) => spelling !== segment && Buffer.from(spelling, 'base64url').equals(bytes));
}
