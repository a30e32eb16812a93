import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { passportJwtSecret } from 'jwks-rsa';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { isJsonwebtokenAlgorithm } from './bearer-guard.mjs';

/** The recipe of most tutorials, options and all. @type {import('./index.mjs').Candidate} */
export const usualRecipe = {
  id: 'usual-recipe',
  label: '`AuthGuard` + passport-jwt + jwks-rsa (the usual recipe)',
  verifies: isJsonwebtokenAlgorithm,
  adapters: ['express', 'fastify'],
  async create({ issuer, audience, jwksUri, algorithm }) {
    class UsualStrategy extends PassportStrategy(Strategy, 'bench-usual-recipe') {
      constructor() {
        super({
          jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
          secretOrKeyProvider: passportJwtSecret({
            cache: true,
            rateLimit: true,
            jwksRequestsPerMinute: 5,
            jwksUri,
          }),
          algorithms: [algorithm],
          issuer,
          audience,
        });
      }

      validate(claims) {
        return claims;
      }
    }
    return { strategy: new UsualStrategy(), guard: AuthGuard('bench-usual-recipe') };
  },
};
