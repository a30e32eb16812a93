import { isOneDerSequence, thumbprintOf } from './thumbprint.js';

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
export function readBase64Der(base64: string): CertificateReading {
  return BASE64.test(base64)
    ? readDer(Buffer.from(base64, 'base64'))
    : { lack: 'is not base64 of one certificate' };
}

/** One block and nothing around it. Apache writes spaces where the lines end. */
const PEM = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

/** @param escaped PEM with percent escapes, in which a plus is a plus. */
export function readEscapedPem(escaped: string): CertificateReading {
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
