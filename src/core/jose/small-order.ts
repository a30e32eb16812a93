import type { KeyObject } from 'node:crypto';

/** The y of an encoded point (RFC 8032 sections 5.1.2 and 5.2.2) and of points of small order. */
interface EdwardsCurve {
  /** The field's prime. An encoder may add it to a y that leaves room for it. */
  readonly prime: bigint;
  readonly yBits: number;
  readonly smallOrderYs: readonly bigint[];
}

const P25519 = 2n ** 255n - 19n;
const P448 = 2n ** 448n - 2n ** 224n - 1n;
/** Of two points of order 8; the other two have its negative. */
const Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;

/**
 * The 8 points of edwards25519 and the 4 of edwards448 whose order divides the cofactor. For the first
 * these are the points of libsodium's `ge25519_has_small_order`.
 */
const CURVES: Readonly<Record<string, EdwardsCurve>> = {
  ed25519: { prime: P25519, yBits: 255, smallOrderYs: [0n, 1n, P25519 - 1n, Y8, P25519 - Y8] },
  ed448: { prime: P448, yBits: 448, smallOrderYs: [0n, 1n, P448 - 1n] },
};

/**
 * Whether an Ed25519 or Ed448 key is a point of small order, for which one signature fits many messages,
 * or all. However it is written: with either sign of x, and with a y that is not reduced.
 */
export function isSmallOrderPoint(key: KeyObject): boolean {
  const curve = CURVES[key.asymmetricKeyType ?? ''];
  if (curve === undefined) return false;
  const { x = '' } = key.export({ format: 'jwk' });
  const number = BigInt(`0x${Buffer.from(x, 'base64url').reverse().toString('hex')}`);
  const y = BigInt.asUintN(curve.yBits, number) % curve.prime;
  return curve.smallOrderYs.includes(y);
}
