import { isOneDerSequence, thumbprintOf } from './thumbprint.js';
import type { CertificateFormat } from '../../config/binding-config.js';

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

/** What a request says of its client's certificate: its thumbprint, or why there is none. */
export type CertificateReading = { readonly thumbprint: string } | { readonly lack: string };

/** @param der of one certificate. */
export function readDer(der: Uint8Array): CertificateReading {
  return isOneDerSequence(der)
    ? { thumbprint: thumbprintOf(der) }
    : { lack: 'is not the DER form of one certificate' };
}

/** RFC 4648 section 4, with or without the padding. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** @param base64 of one certificate's DER form. */
function readBase64Der(base64: string): CertificateReading {
  return BASE64.test(base64)
    ? readDer(Buffer.from(base64, 'base64'))
    : { lack: 'is not base64 of one certificate' };
}

/** One block and nothing around it. Apache writes spaces where the lines end. */
const PEM = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

/** @param escaped PEM with percent escapes, in which a plus is a plus. */
function readEscapedPem(escaped: string): CertificateReading {
  let pem: string;
  try {
    pem = decodeURIComponent(escaped);
  } catch {
    return { lack: 'has percent signs that escape nothing' };
  }
  const [, base64] = PEM.exec(pem) ?? [];
  if (base64 === undefined) return { lack: 'is not one certificate in PEM' };
  return readBase64Der(base64.replaceAll(/\s+/g, ''));
}

/** A pair and what follows it. Envoy quotes a value that has a comma, a semicolon or an equals sign. */
const PAIR = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;]*))(,|;|$)/y;

const SHA256_IN_HEX = /^[0-9a-fA-F]{64}$/;

/**
 * Envoy's `x-forwarded-client-cert`: pairs such as `Hash=…;Cert="…"`. A comma begins what an earlier hop
 * said of its own client, which the peer of this connection does not vouch for, so there must be none.
 */
function readXfcc(value: string): CertificateReading {
  const members = new Map<string, string>();
  const pair = new RegExp(PAIR);
  while (pair.lastIndex < value.length) {
    const [, name, quoted, bare = '', end] = pair.exec(value) ?? [];
    if (name === undefined) return { lack: 'is not a list of pairs such as Hash=…' };
    if (end === ',') return { lack: 'has the certificates of several hops' };
    const key = name.toLowerCase();
    // Of the names in a certificate there may be several.
    if ((key === 'hash' || key === 'cert') && members.has(key))
      return { lack: `has "${key}" twice` };
    members.set(key, quoted ?? bare);
  }
  const hash = members.get('hash');
  if (hash === undefined) return readEscapedPem(members.get('cert') ?? '');
  return SHA256_IN_HEX.test(hash)
    ? { thumbprint: Buffer.from(hash, 'hex').toString('base64url') }
    : { lack: 'has a "hash" that is not SHA-256 in hexadecimal' };
}
