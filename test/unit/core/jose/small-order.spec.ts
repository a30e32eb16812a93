import { describe, expect, it } from '@jest/globals';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { isSmallOrderPoint } from '../../../../src/core/jose/small-order.js';

/** A curve of RFC 8032 section 5, a·x² + y² = 1 + d·x²y². */
interface Curve {
  readonly type: 'ed25519' | 'ed448';
  readonly p: bigint;
  readonly a: bigint;
  readonly d: bigint;
  readonly bytes: number;
  readonly cofactor: bigint;
}

const P25519 = 2n ** 255n - 19n;
const P448 = 2n ** 448n - 2n ** 224n - 1n;
const CURVES: readonly Curve[] = [
  {
    type: 'ed25519',
    p: P25519,
    a: P25519 - 1n,
    d: mod(-121665n * inverse(121666n, P25519), P25519),
    bytes: 32,
    cofactor: 8n,
  },
  { type: 'ed448', p: P448, a: 1n, d: mod(-39081n, P448), bytes: 57, cofactor: 4n },
];

function mod(value: bigint, p: bigint): bigint {
  return ((value % p) + p) % p;
}

function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n;
  let factor = mod(base, p);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % p;
    factor = (factor * factor) % p;
  }
  return result;
}

/** By Euclid's algorithm. */
function inverse(value: bigint, p: bigint): bigint {
  let [a, b, x, y] = [p, mod(value, p), 0n, 1n];
  while (b !== 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  return mod(x, p);
}

type Point = readonly [x: bigint, y: bigint];

function add([x1, y1]: Point, [x2, y2]: Point, { p, a, d }: Curve): Point {
  const product = mod(d * x1 * x2 * y1 * y2, p);
  return [
    mod((x1 * y2 + y1 * x2) * inverse(1n + product, p), p),
    mod((y1 * y2 - a * x1 * x2) * inverse(1n - product, p), p),
  ];
}

/** x² of a point, from its y. */
function xSquared(y: bigint, { p, a, d }: Curve): bigint {
  return mod((1n - y * y) * inverse(a - d * y * y, p), p);
}

function squareRoot(square: bigint, p: bigint): bigint | undefined {
  const candidates =
    p % 4n === 3n
      ? [power(square, (p + 1n) / 4n, p)]
      : [1n, power(2n, (p - 1n) / 4n, p)].map((i) => mod(i * power(square, (p + 3n) / 8n, p), p));
  return candidates.find((root) => mod(root * root, p) === square);
}

/** Every y of a point whose order divides the cofactor: random points, times the order of the subgroup. */
function smallOrderYs(curve: Curve): ReadonlySet<bigint> {
  const order =
    curve.type === 'ed25519'
      ? 2n ** 252n + 27742317777372353535851937790883648493n
      : 2n ** 446n - 13818066809895115352007386748515426880336692474882178609894547503885n;
  const found = new Set<bigint>();
  for (let y = 2n; y < 40n; y++) {
    const x = squareRoot(xSquared(y, curve), curve.p);
    if (x === undefined) continue;
    let sum: Point = [0n, 1n];
    let doubled: Point = [x, y];
    for (let rest = order; rest > 0n; rest >>= 1n) {
      if (rest & 1n) sum = add(sum, doubled, curve);
      doubled = add(doubled, doubled, curve);
    }
    found.add(sum[1]);
  }
  return found;
}

/** A key of a y that need not be below p, with either sign. */
function keyOf(y: bigint, sign: 0 | 0x80, { type, bytes }: Curve) {
  const x = Buffer.from(y.toString(16).padStart(2 * bytes, '0'), 'hex').reverse();
  x.writeUInt8(x.readUInt8(bytes - 1) | sign, bytes - 1);
  const crv = type === 'ed25519' ? 'Ed25519' : 'Ed448';
  return createPublicKey({ key: { kty: 'OKP', crv, x: x.toString('base64url') }, format: 'jwk' });
}

describe.each(CURVES)('isSmallOrderPoint on $type', (curve) => {
  it('knows all points of small order, however they are written', () => {
    const ys = smallOrderYs(curve);
    expect(ys.size).toBe(Number(curve.cofactor / 2n) + 1);
    const greatest = 2n ** BigInt(curve.type === 'ed25519' ? 255 : 448);
    for (const y of ys)
      for (let written = y; written < greatest; written += curve.p)
        for (const sign of [0, 0x80] as const)
          expect(isSmallOrderPoint(keyOf(written, sign, curve))).toBe(true);
  });

  it('takes no other for one', () => {
    for (let times = 0; times < 20; times++) {
      const { publicKey } = generateKeyPairSync(curve.type as 'ed25519');
      expect(isSmallOrderPoint(publicKey)).toBe(false);
    }
    for (const y of [2n, 3n, curve.p - 2n, curve.p - 3n])
      expect(isSmallOrderPoint(keyOf(y, 0, curve))).toBe(false);
  });
});
