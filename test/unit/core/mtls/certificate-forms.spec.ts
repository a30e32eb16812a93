import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTestCertificate } from 'nestjs-trusted-issuers/testing';
import { parseItem, serializeItem } from 'structured-headers';
import { CERTIFICATE_FORMS } from '../../../../src/core/mtls/certificate-forms.js';
import { isThumbprint } from '../../../../src/core/mtls/thumbprint.js';

const { cert, der, thumbprint } = createTestCertificate({ commonName: 'a; "b", c=d' });
const other = createTestCertificate();
const base64 = der.toString('base64');
const escaped = encodeURIComponent(cert);
const hash = Buffer.from(thumbprint, 'base64url').toString('hex');
const read = CERTIFICATE_FORMS;
const lack = (text: string) => ({ lack: expect.stringContaining(text) as unknown });

describe('A certificate in a header', () => {
  // RFC 8705 section 3.1.
  it('has a thumbprint of 43 characters of base64url', () => {
    expect(isThumbprint(thumbprint)).toBe(true);
    for (const value of [
      '',
      `${thumbprint}=`,
      thumbprint.slice(1),
      hash,
      7,
      undefined,
      [thumbprint],
    ])
      expect(isThumbprint(value)).toBe(false);
    // Two bits of the last character are not used, and must be zero.
    expect(isThumbprint(`${'A'.repeat(42)}B`)).toBe(false);
  });

  // RFC 9440 section 2.1.
  it('is a Byte Sequence between colons', () => {
    const bytes = der.buffer.slice(der.byteOffset, der.byteOffset + der.length) as ArrayBuffer;
    const value = serializeItem(bytes);
    expect(value).toBe(`:${base64}:`);
    expect(read.rfc9440(value)).toEqual({ thumbprint });
    expect(Buffer.from(parseItem(value)[0] as ArrayBuffer).equals(der)).toBe(true);
  });

  it.each([
    ['no colons', base64],
    ['one colon', `:${base64}`],
    ['nothing between colons', '::'],
    ['a colon alone', ':'],
    ['two of them', `:${base64}:, :${base64}:`],
    ['base64url', `:${der.toString('base64url')}-_:`],
    ['percent escapes', encodeURIComponent(`:${base64}:`)],
    ['PEM', escaped],
    ['a certificate cut off', `:${der.subarray(0, -1).toString('base64')}:`],
    ['two certificates in one', `:${Buffer.concat([der, other.der]).toString('base64')}:`],
    ['other bytes', `:${Buffer.from('no certificate').toString('base64')}:`],
  ])('is not read as rfc9440 from %s', (_what, value) => {
    expect(read.rfc9440(value)).toEqual(lack('is not'));
  });

  it('is PEM with percent escapes', () => {
    expect(read['escaped-pem'](escaped)).toEqual({ thumbprint });
    expect(read['escaped-pem'](escaped.toLowerCase())).toEqual(lack('is not'));
    // AWS leaves these three as they are, where a form would have a space for the plus.
    const aws = escaped.replaceAll('%2B', '+').replaceAll('%2F', '/').replaceAll('%3D', '=');
    expect(read['escaped-pem'](aws)).toEqual({ thumbprint });
  });

  it('is PEM with spaces for its line breaks', () => {
    expect(read['escaped-pem'](cert.replaceAll('\n', ' '))).toEqual({ thumbprint });
    expect(read['escaped-pem'](encodeURIComponent(cert.replaceAll('\n', '\r\n')))).toEqual({
      thumbprint,
    });
  });

  it.each([
    ['two blocks', encodeURIComponent(cert + other.cert)],
    ['the same block twice', `${escaped}, ${escaped}`],
    ['words around it', `x${escaped}`],
    ['another kind of block', escaped.replaceAll('CERTIFICATE', 'PUBLIC%20KEY')],
    ['an empty block', encodeURIComponent('-----BEGIN CERTIFICATE----------END CERTIFICATE-----')],
    ['no block', base64],
    ['Apache’s word for nothing', '(null)'],
  ])('is not read as escaped-pem from %s', (_what, value) => {
    expect(read['escaped-pem'](value)).toEqual(lack('is not one certificate'));
  });

  it('is not read where percent signs escape nothing', () => {
    for (const value of ['%', `${escaped}%`, '%zz', '%C3'])
      expect(read['escaped-pem'](value)).toEqual(lack('percent signs'));
  });

  it('is DER in base64, with or without padding', () => {
    expect(read['base64-der'](base64)).toEqual({ thumbprint });
    expect(read['base64-der'](base64.replace(/=+$/, ''))).toEqual({ thumbprint });
    for (const value of [`${base64},${base64}`, `${base64}, ${base64}`, `:${base64}:`, '====', ''])
      expect(read['base64-der'](value)).toEqual(lack('is not'));
  });

  it('is named by Envoy, by its hash or as a whole', () => {
    const by = 'By=spiffe://cluster.local/ns/default/sa/api';
    const subject = String.raw`Subject="/C=DE/CN=a; \"b\", c=d"`;
    for (const value of [
      `Hash=${hash}`,
      `hash=${hash.toUpperCase()}`,
      `${by};Hash=${hash};${subject};URI=spiffe://a;URI=spiffe://b;DNS=a.example;DNS=b.example`,
      `Cert="${escaped}"`,
      `${by};Cert="${escaped}";Chain="${escaped}";${subject}`,
      `Hash="${hash}"`,
    ])
      expect(read.xfcc(value)).toEqual({ thumbprint });
  });

  it('counts for Envoy only where it says one thing of one hop', () => {
    const one = `Hash=${hash}`;
    expect(read.xfcc(`${one},${one}`)).toEqual(lack('several hops'));
    expect(read.xfcc(`${one};Subject="a",By=b;${one}`)).toEqual(lack('several hops'));
    expect(read.xfcc(`${one},`)).toEqual(lack('several hops'));
    expect(read.xfcc(`${one};${one}`)).toEqual(lack('"hash" twice'));
    expect(read.xfcc(`Cert="${escaped}";Cert="${escaped}"`)).toEqual(lack('"cert" twice'));
    expect(read.xfcc(`Hash=${hash.slice(1)}`)).toEqual(lack('SHA-256'));
    expect(read.xfcc(`Hash=${thumbprint}`)).toEqual(lack('SHA-256'));
    expect(read.xfcc('Subject="CN=alice"')).toEqual(lack('is not one certificate'));
    for (const value of [hash, `Subject="a;${one}`, `"${one}"`, '=', ';', `Subject="a"b;${one}`])
      expect(read.xfcc(value)).toEqual(lack('list of pairs'));
  });

  it.each(Object.keys(read) as (keyof typeof read)[])(
    'of any text has an answer, in time that grows with its length alone (%s)',
    (form) => {
      const pieces = fc.constantFrom(
        ...[
          ':',
          '"',
          '\\',
          ';',
          ',',
          '=',
          '%',
          '%2D',
          ' ',
          'A',
          'Hash=',
          'Cert="',
          escaped,
          base64,
          hash,
          '-----BEGIN CERTIFICATE-----',
          '-----END CERTIFICATE-----',
        ],
      );
      fc.assert(
        fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
          const reading = read[form](parts.join(''));
          expect(Object.keys(reading)).toHaveLength(1);
          if ('thumbprint' in reading) expect(reading.thumbprint).toBe(thumbprint);
        }),
        { numRuns: 500 },
      );
      for (const piece of [':', '"', '\\', 'a=', 'a=";', '%20', '-', ' ', '=', escaped])
        expect(read[form](piece.repeat(65_536 / piece.length))).toHaveProperty('lack');
    },
  );
});
