import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';

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

const EXPONENT = 'is an RSA key whose public exponent is even or below 3';
const MODULUS = 'is an RSA key with an even modulus';
const SMALL_ORDER = 'is a point of small order';

/** Public keys that anybody can sign for, or nobody: what is weak about each. */
export const WEAK_JWKS: Readonly<Record<string, { jwk: JsonWebKey; why: string }>> = {
  'RSA, exponent 0': { jwk: rsaJwk({ e: 'AA' }), why: EXPONENT },
  'RSA, exponent 1': { jwk: rsaJwk({ e: 'AQ' }), why: EXPONENT },
  'RSA, exponent 2': { jwk: rsaJwk({ e: 'Ag' }), why: EXPONENT },
  'RSA, exponent 65536': { jwk: rsaJwk({ e: 'AQAA' }), why: EXPONENT },
  'RSA, even modulus': { jwk: rsaJwk({ n: evenModulus() }), why: MODULUS },
  'Ed25519, the identity': { jwk: edwardsJwk('Ed25519', '01', 32), why: SMALL_ORDER },
  'Ed448, the identity': { jwk: edwardsJwk('Ed448', '01', 57), why: SMALL_ORDER },
};

function rsaJwk(members: JsonWebKey): JsonWebKey {
  return { ...jwkOf(PAIRS.rsa.publicKey), ...members };
}

function evenModulus(): string {
  const modulus = Buffer.from(String(jwkOf(PAIRS.rsa.publicKey)['n']), 'base64url');
  modulus.writeUInt8(modulus.readUInt8(modulus.length - 1) & 0xfe, modulus.length - 1);
  return modulus.toString('base64url');
}

/** @param beginning of the encoded point, in hexadecimal digits; the rest of it is zero. */
function edwardsJwk(crv: string, beginning: string, bytes: number): JsonWebKey {
  const x = Buffer.from(beginning.padEnd(2 * bytes, '0'), 'hex').toString('base64url');
  return { kty: 'OKP', crv, x };
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
