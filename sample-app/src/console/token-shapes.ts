import { randomBytes, randomUUID } from 'node:crypto';
import type { EmbeddedIssuer } from '../issuers/embedded-issuer.js';

type Members = Readonly<Record<string, unknown>>;

/** A token before it is signed. */
interface Draft {
  readonly header: Members;
  readonly claims: Members;
}

interface Shape {
  /** What is different from a good token; a member that is `undefined` is left out. */
  readonly header?: Members;
  /** The same for the claims, `now` being the present in seconds since 1970. */
  readonly claims?: (now: number, thumbprint: string | undefined) => Members;
  /** Makes the token of the draft. Absent: the issuer signs it with its current key. */
  readonly make?: (draft: Draft, issuer: EmbeddedIssuer) => string;
}

const HOUR = 3_600;

/** Every kind of token the page can send, and what makes it one. */
const SHAPES = {
  valid: {},
  'second-factor': { claims: (now) => ({ acr: 'mfa', auth_time: now }) },
  // RFC 9449 section 6.1.
  bound: { claims: (_now, thumbprint) => ({ cnf: { jkt: thumbprint } }) },
  expired: { claims: (now) => ({ iat: now - 2 * HOUR, exp: now - HOUR }) },
  'not-yet-valid': { claims: (now) => ({ nbf: now + HOUR, exp: now + 2 * HOUR }) },
  'wrong-audience': { claims: () => ({ aud: 'https://another-api.example.com' }) },
  'missing-scope': { claims: () => ({ scope: undefined }) },
  'wrong-type': { header: { typ: 'logout+jwt' } },
  tampered: {
    // The signature stays that of alice.
    make: ({ header, claims }, issuer) => {
      const [head, , signature] = issuer.sign(header, claims).split('.');
      return [head, segment({ ...claims, sub: 'administrator' }), signature].join('.');
    },
  },
  unsigned: {
    make: ({ header, claims }) => `${segment({ ...header, alg: 'none' })}.${segment(claims)}.`,
  },
  'unknown-kid': { header: { kid: 'no-such-key' } },
  opaque: { make: () => randomBytes(32).toString('base64url') },
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof SHAPES;

export const SHAPE_NAMES = Object.keys(SHAPES) as readonly ShapeName[];

/**
 * A token of that shape, from that issuer, in the name of alice.
 *
 * @param thumbprint of the key that a `bound` token is bound to.
 */
export function shapedToken(
  issuer: EmbeddedIssuer,
  algorithm: string,
  name: ShapeName,
  thumbprint?: string,
): string {
  const { header, claims, make }: Shape = SHAPES[name];
  const now = Math.floor(Date.now() / 1_000);
  const draft = {
    header: { alg: algorithm, typ: 'at+jwt', kid: issuer.kid, ...header },
    claims: {
      iss: issuer.issuer,
      sub: 'alice',
      aud: 'https://api.example.com',
      client_id: 'notes-web',
      scope: 'notes:read notes:write',
      jti: randomUUID(),
      // A session of its own, so that a logout ends this token and no other.
      sid: randomUUID(),
      iat: now,
      exp: now + HOUR,
      ...claims?.(now, thumbprint),
    },
  };
  return make ? make(draft, issuer) : issuer.sign(draft.header, draft.claims);
}

function segment(members: object): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url');
}
