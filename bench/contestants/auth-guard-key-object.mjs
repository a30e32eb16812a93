import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { isJsonwebtokenAlgorithm } from './bearer-guard.mjs';

/** passport-jwt at its best: the key is parsed once. @type {import('./index.mjs').Candidate} */
export const authGuardWithKeyObject = {
  id: 'auth-guard-key-object',
  label: '`AuthGuard` + passport-jwt, `KeyObject`',
  verifies: isJsonwebtokenAlgorithm,
  adapters: ['express', 'fastify'],
  async create({ issuer, audience, publicKey, algorithm }) {
    class KeyObjectStrategy extends PassportStrategy(Strategy, 'bench-key-object') {
      constructor() {
        super({
          jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
          secretOrKey: publicKey,
          algorithms: [algorithm],
          issuer,
          audience,
        });
      }

      validate(claims) {
        return claims;
      }
    }
    return { strategy: new KeyObjectStrategy(), guard: AuthGuard('bench-key-object') };
  },
};
