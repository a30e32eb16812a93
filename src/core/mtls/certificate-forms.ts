import type { CertificateFormat } from '../../config/mtls-config.js';
import { type CertificateReading, readBase64Der, readEscapedPem } from './certificate-texts.js';
import { readXfcc } from './xfcc.js';

/**
 * How a certificate is read from the value of a header. Each takes time in proportion to the length. None
 * reads a value of two certificates, so a header that came twice, whose values Node joins, is refused.
 */
export const CERTIFICATE_FORMS: Readonly<
  Record<CertificateFormat, (value: string) => CertificateReading>
> = {
  rfc9440: readByteSequence,
  xfcc: readXfcc,
  'escaped-pem': readEscapedPem,
  'base64-der': readBase64Der,
};

/** RFC 9440 section 2.1: a Byte Sequence (RFC 8941 section 3.3.5). No parameter is defined for it. */
function readByteSequence(value: string): CertificateReading {
  const isEnclosed = value.length > 2 && value.startsWith(':') && value.endsWith(':');
  return isEnclosed
    ? readBase64Der(value.slice(1, -1))
    : { lack: 'is not one Byte Sequence between colons' };
}
