import { verify } from 'node:crypto';
import { UnauthorizedException } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import { isJsonwebtokenAlgorithm } from './bearer-guard.mjs';

// The least that a guard does which trusts a list of issuers and hands out a frozen caller: limits to measure
// ourselves by. They bound nothing, tell nobody, and take for granted that a token is well formed.

/** It looks the issuer up for passport-jwt. @type {import('./index.mjs').Candidate} */
export const passportByHand = {
  id: 'passport-by-hand',
  label: '`AuthGuard` + passport-jwt, a list of issuers by hand',
  isLimit: true,
  verifies: isJsonwebtokenAlgorithm,
  adapters: ['express', 'fastify'],
  async create({ issuer, audience, publicKey, algorithm }) {
    const trusted = new Map([[issuer, { key: publicKey }]]);
    class ListStrategy extends PassportStrategy(Strategy, 'bench-by-hand') {
      constructor() {
        super({
          jwtFromRequest: bearerTokenOf,
          secretOrKeyProvider: (_request, token, done) => {
            const found = trusted.get(segmentOf(token, 1).iss);
            done(found ? null : new Error('not trusted'), found?.key);
          },
          algorithms: [algorithm],
          audience,
        });
      }

      validate(claims) {
        return callerOf(claims);
      }
    }
    return { strategy: new ListStrategy(), guard: AuthGuard('bench-by-hand') };
  },
};

const HASHES = { 256: 'sha256', 384: 'sha384', 512: 'sha512' };

/** It checks signatures by `crypto.verify`, at once. @type {import('./index.mjs').Candidate} */
export const cryptoByHand = {
  id: 'crypto-by-hand',
  label: 'guard with `crypto.verify`, a list of issuers by hand',
  isLimit: true,
  verifies: (algorithm) => /^(RS|ES)(256|384|512)$|^EdDSA$/.test(algorithm),
  adapters: [],
  async create({ issuer, audience, publicKey, algorithm }) {
    const key = algorithm.startsWith('ES')
      ? { key: publicKey, dsaEncoding: 'ieee-p1363' }
      : publicKey;
    const trusted = new Map([[issuer, { key, hash: HASHES[algorithm.slice(2)] ?? null }]]);
    const judge = (token) => {
      const claims = segmentOf(token, 1);
      const by = trusted.get(claims.iss);
      const end = token.lastIndexOf('.');
      const signature = Buffer.from(token.slice(end + 1), 'base64url');
      const now = Date.now() / 1_000;
      const isGood =
        by !== undefined &&
        segmentOf(token, 0).alg === algorithm &&
        verify(by.hash, Buffer.from(token.slice(0, end), 'latin1'), by.key, signature) &&
        [claims.aud].flat().includes(audience) &&
        claims.exp > now;
      return isGood ? callerOf(claims) : undefined;
    };
    return { guard: guardThat(judge) };
  },
};

/** It has seen every token before, as long as they fit. @type {import('./index.mjs').Candidate} */
export const memoryByHand = {
  ...cryptoByHand,
  id: 'memory-by-hand',
  adapters: ['express', 'fastify'],
  label: 'guard that finds tokens in a `Map`, by hand',
  async create(world) {
    const { guard } = await cryptoByHand.create(world);
    const known = new Map();
    return {
      guard: {
        canActivate(context) {
          const request = context.switchToHttp().getRequest();
          const token = bearerTokenOf(request);
          const caller = known.get(token);
          if (caller === undefined || caller.expiresAt <= Date.now() / 1_000) {
            guard.canActivate(context);
            if (known.size < world.cacheEntries) known.set(token, request.user);
            return SETTLED;
          }
          request.user = caller;
          return SETTLED;
        },
      },
    };
  },
};

const SETTLED = Promise.resolve(true);

const guardThat = (judge) => ({
  canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const token = bearerTokenOf(request);
    const caller = token === null ? undefined : judge(token);
    if (caller === undefined) throw new UnauthorizedException();
    request.user = caller;
    return SETTLED;
  },
});

function bearerTokenOf({ headers }) {
  const { authorization } = headers;
  return authorization?.startsWith('Bearer ') ? authorization.slice(7) : null;
}

const segmentOf = (token, index) =>
  JSON.parse(Buffer.from(token.split('.', 2)[index], 'base64url'));

function callerOf(claims) {
  const { iss, sub, aud, exp, scope = '' } = claims;
  return Object.freeze({
    issuer: iss,
    subject: sub,
    audience: Object.freeze([aud].flat()),
    scopes: Object.freeze(scope.split(' ')),
    expiresAt: exp,
    claims: deepFreeze(claims),
  });
}

function deepFreeze(value) {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
