import { UnauthorizedException } from '@nestjs/common';
import { candidate } from '../contestants/index.mjs';

/**
 * Who takes part: each makes a guard or a middleware that accepts a bound token with its proof.
 *
 * @type {Readonly<Record<string, { label: string, adapters: readonly string[], create(world: import('../support/world.mjs').World, terms: { origin: string, algorithm: string }): Promise<import('../contestants/index.mjs').Guarding> }>>}
 */
export const ENTRANTS = {
  ceiling: {
    label: 'a guard that returns `true` (the ceiling)',
    adapters: ['express', 'fastify'],
    create: (world) => candidate('ceiling').create(world),
  },
  ours: {
    label: 'nestjs-trusted-issuers',
    adapters: ['express', 'fastify'],
    create: async ({ issuer, audience, jwksUri, algorithm }, { origin }) => {
      const { AuthModule, JwtAuthGuard } = await import('../../dist/esm/index.js');
      const http = { allowInsecure: true };
      const trusted = { issuer, audience, keys: { jwksUri }, algorithms: [algorithm], http };
      return {
        guard: JwtAuthGuard,
        module: AuthModule.forRoot({ issuers: [trusted], dpop: { mode: 'required', origin } }),
      };
    },
  },
  auth0: {
    label: 'express-oauth2-jwt-bearer',
    adapters: ['express'],
    create: async ({ issuer, audience, jwksUri, algorithm }) => {
      const { auth } = await import('express-oauth2-jwt-bearer');
      const dpop = { enabled: true, required: true };
      const verify = auth({ issuer, audience, jwksUri, tokenSigningAlg: algorithm, dpop });
      return {
        // Nest would answer its errors with 500.
        middleware: (request, response, next) =>
          verify(request, response, (error) => next(error && new UnauthorizedException())),
      };
    },
  },
  oauth4webapi: {
    label: 'a guard on `validateJwtAccessToken` of oauth4webapi',
    adapters: ['express', 'fastify'],
    create: async ({ issuer, audience, jwksUri }, { origin }) => {
      const { allowInsecureRequests, validateJwtAccessToken } = await import('oauth4webapi');
      const server = { issuer, jwks_uri: jwksUri };
      const options = { requireDPoP: true, [allowInsecureRequests]: true };
      return { guard: guardBy(server, audience, origin, options, validateJwtAccessToken) };
    },
  },
};

function guardBy(server, audience, origin, options, validate) {
  return class {
    async canActivate(context) {
      const given = context.switchToHttp().getRequest();
      const { method, url, headers } = given.raw ?? given;
      const { authorization, dpop } = headers;
      const request = new Request(origin + url, { method, headers: { authorization, dpop } });
      try {
        await validate(server, request, audience, options);
        return true;
      } catch {
        throw new UnauthorizedException();
      }
    }
  };
}
