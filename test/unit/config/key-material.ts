import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** One key pair of every kind the specifications speak of; made once, because RSA takes its time. */
export const PAIRS = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  shortRsa: generateKeyPairSync('rsa', { modulusLength: 1024 }),
  pss: generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
  shortPss: generateKeyPairSync('rsa-pss', { modulusLength: 1024 }),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  secp256k1: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
  ed25519: generateKeyPairSync('ed25519'),
  ed448: generateKeyPairSync('ed448'),
  x25519: generateKeyPairSync('x25519'),
  dsa: generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }),
};

export function pemOf(key: KeyObject): string {
  const type = key.type === 'private' ? 'pkcs8' : 'spki';
  return String(key.export({ type, format: 'pem' }));
}

export function jwkOf(key: KeyObject): Record<string, unknown> {
  return { ...key.export({ format: 'jwk' }) };
}

/** A self-signed certificate of a throw-away P-256 key. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBhDCCASmgAwIBAgIUNwMf6swwNjKKZoU8KkiYLQn/BEEwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLaWRwLmV4YW1wbGUwIBcNMjYxMTIyMTE1MTIzWhgPMjEyNjEw
MjkxMTUxMjNaMBYxFDASBgNVBAMMC2lkcC5leGFtcGxlMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEfrzR/5mFj1bsQpwDi9x6zemdYwwNNnxjHy3n51eqPXrv52iz
FXBg9qPFtdCLCBFsZzX24bFN8jkQPlczkPkP06NTMFEwHQYDVR0OBBYEFDxtULfy
3pnqi/FCOwIFni/tUpfVMB8GA1UdIwQYMBaAFDxtULfy3pnqi/FCOwIFni/tUpfV
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAKDB09vv9kOFOUiS
hiq2fnY8FMlFtViDZPPIPwBk/KujAiEA4czpezXlpaFfUwbcJsGpcXVT2jUWdEY/
GQ/GeYesK58=
-----END CERTIFICATE-----
`;
