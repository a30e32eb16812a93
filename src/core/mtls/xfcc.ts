import { type CertificateReading, readEscapedPem } from './certificate-texts.js';

/** A pair and what follows it. Envoy quotes a value that has a comma, a semicolon or an equals sign. */
const PAIR = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;]*))(,|;|$)/y;

const SHA256_IN_HEX = /^[0-9a-fA-F]{64}$/;

/**
 * Envoy's `x-forwarded-client-cert`: pairs such as `Hash=…;Cert="…"`. A comma begins what an earlier hop
 * said of its own client, which the peer of this connection does not vouch for, so there must be none.
 */
export function readXfcc(value: string): CertificateReading {
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
