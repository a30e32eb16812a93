import { generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { thumbprintOf } from '../core/mtls/thumbprint.js';
import { checkOptions, NUMBER, type OptionRules, TEXT } from './checked-options.js';
import * as der from './der.js';

/** What {@link createTestCertificate} can be told. */
export interface TestCertificateOptions {
  /** Common name of subject and issuer, 1 to 64 characters. Default `test-client`. */
  readonly commonName?: string;
  /** Seconds from now until it expires; below zero it has. Default 86400, one day. */
  readonly expiresInSeconds?: number;
}

/** A self-signed certificate with its private key, for either end of a TLS connection on loopback. */
export interface TestCertificate {
  /** In PEM, as `cert` and `ca` of `node:tls`. */
  readonly cert: string;
  /** Its private key in PEM (PKCS #8, P-256), as `key` of `node:tls`. */
  readonly key: string;
  /** In DER. */
  readonly der: Buffer;
  /** `x5t#S256` (RFC 8705 section 3.1). */
  readonly thumbprint: string;
}

const RULES: OptionRules<TestCertificateOptions> = { commonName: TEXT, expiresInSeconds: NUMBER };

/** What a certificate names by number (RFC 5280, RFC 5758). */
const OIDS = {
  commonName: '2.5.4.3',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

const ALGORITHM = der.sequence(der.objectId(OIDS.ecdsaWithSha256));
const TRUE = der.element(0x01, Buffer.of(0xff));
const VERSION_3 = der.element(0xa0, der.integer(Buffer.of(2)));

/** `localhost`, `127.0.0.1` and `::1`, so that a server may have it too. */
const LOOPBACK = der.sequence(
  der.element(0x82, Buffer.from('localhost')),
  der.element(0x87, Buffer.of(127, 0, 0, 1)),
  der.element(0x87, Buffer.from([...Buffer.alloc(15), 1])),
);

const EXTENSIONS = der.element(
  0xa3,
  der.sequence(
    // Its own authority, so that it can be given as `ca`.
    der.sequence(der.objectId(OIDS.basicConstraints), TRUE, der.octetString(der.sequence(TRUE))),
    der.sequence(der.objectId(OIDS.subjectAltName), der.octetString(LOOPBACK)),
  ),
);

const CLOCK_SKEW_SECONDS = 3_600;

/**
 * Makes a certificate and its key, for tests of tokens that are bound to one (RFC 8705 section 3): a client presents
 * it, and `issuer.token({ certificate })` binds a token to it. Each has a new key.
 *
 * @throws TypeError for an unknown option, or one of a wrong type.
 */
export function createTestCertificate(options: TestCertificateOptions = {}): TestCertificate {
  checkOptions('a test certificate', options, RULES);
  const { commonName = 'test-client', expiresInSeconds = 86_400 } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der.sequence(
    der.setOf(der.sequence(der.objectId(OIDS.commonName), der.utf8(commonName))),
  );
  const end = Date.now() + expiresInSeconds * 1_000;
  const begin = Math.min(Date.now(), end) - CLOCK_SKEW_SECONDS * 1_000;
  const unsigned = der.sequence(
    VERSION_3,
    der.integer(Buffer.of(1, ...randomBytes(15))),
    ALGORITHM,
    name,
    der.sequence(der.utcTime(new Date(begin)), der.utcTime(new Date(end))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    EXTENSIONS,
  );
  const signature = sign('sha256', unsigned, privateKey);
  const certificate = der.sequence(unsigned, ALGORITHM, der.bitString(signature));
  return {
    cert: new X509Certificate(certificate).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    der: certificate,
    thumbprint: thumbprintOf(certificate),
  };
}
