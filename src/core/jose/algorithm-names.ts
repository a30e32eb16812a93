/** RFC 7518 section 3.1, without the symmetric ones. */
const ASYMMETRIC_JWA = [
  ...['RS256', 'RS384', 'RS512'],
  ...['PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512'],
];

/** RFC 8037 and RFC 9864; the ML-DSA names are RFC 9964's. */
export const EDDSA_ALGORITHMS: readonly string[] = ['EdDSA', 'Ed25519', 'Ed448'];
export const ML_DSA_ALGORITHMS: readonly string[] = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'];

export const ASYMMETRIC_ALGORITHMS: readonly string[] = [
  ...ASYMMETRIC_JWA,
  ...EDDSA_ALGORITHMS,
  ...ML_DSA_ALGORITHMS,
];

/** Symmetric algorithms and the least secret length in bytes (RFC 7518 section 3.2). */
export const HMAC_SECRET_BYTES: Readonly<Record<string, number>> = {
  HS256: 32,
  HS384: 48,
  HS512: 64,
};
