import { describe, expect, it } from '@jest/globals';
import { createTestCertificate } from 'nestjs-trusted-issuers/testing';
import { createPrivateKey, X509Certificate } from 'node:crypto';

describe('A test certificate', () => {
  it('is one that OpenSSL reads, signed by its own key', () => {
    const { cert, key, der, thumbprint } = createTestCertificate({ commonName: 'reporter' });
    const read = new X509Certificate(cert);
    expect(read.raw.equals(der)).toBe(true);
    expect(read.subject).toBe('CN=reporter');
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(Buffer.from(read.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')).toBe(
      thumbprint,
    );
  });

  it('is for loopback, and an authority', () => {
    const read = new X509Certificate(createTestCertificate().cert);
    expect(read.checkHost('localhost')).toBe('localhost');
    expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(read.checkIP('::1')).toBe('::1');
    expect(read.ca).toBe(true);
  });

  it('is valid now, for a day, or has expired', () => {
    const validity = (seconds?: number): [number, number] => {
      const { cert } = createTestCertificate({ expiresInSeconds: seconds });
      const { validFrom, validTo } = new X509Certificate(cert);
      return [Date.parse(validFrom), Date.parse(validTo)];
    };
    const now = Date.now();
    const [from, to] = validity();
    expect(from).toBeLessThan(now);
    expect(to).toBeGreaterThan(now + 86_000_000);
    const [begun, ended] = validity(-60);
    expect(begun).toBeLessThan(ended);
    expect(ended).toBeLessThan(now);
  });

  it('is another one each time', () => {
    expect(createTestCertificate().thumbprint).not.toBe(createTestCertificate().thumbprint);
  });

  it('has no options but its own', () => {
    // @ts-expect-error: no such option
    expect(() => createTestCertificate({ comonName: 'x' })).toThrow('Did you mean commonName?');
    // @ts-expect-error: no text
    expect(() => createTestCertificate({ expiresInSeconds: '1' })).toThrow('a finite number');
  });
});
