import { UnauthorizedException } from '@nestjs/common';
import { auth } from 'express-oauth2-jwt-bearer';

/** Middleware of Express; no guard. @type {import('./index.mjs').Candidate} */
export const expressOauth2JwtBearer = {
  id: 'express-oauth2-jwt-bearer',
  label: 'express-oauth2-jwt-bearer',
  verifies: (algorithm) => /^(RS|PS|ES)(256|384|512)$|^EdDSA$/.test(algorithm),
  adapters: ['express'],
  async create({ issuer, audience, jwksUri, algorithm }) {
    const verify = auth({ issuer, audience, jwksUri, tokenSigningAlg: algorithm });
    return {
      // Nest would answer its errors with 500.
      middleware: (request, response, next) =>
        verify(request, response, (error) => next(error && new UnauthorizedException())),
    };
  },
};
