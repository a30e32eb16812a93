import { importFromRoot } from '../support/root-package.mjs';
import { asyncGuardWith } from './bearer-guard.mjs';

/** @type {import('./index.mjs').Candidate} */
export const jose = {
  id: 'jose',
  label: 'guard with jose `jwtVerify` + `createRemoteJWKSet`',
  verifies: () => true,
  adapters: ['express', 'fastify'],
  async create({ issuer, audience, jwksUri, algorithm }) {
    const { createRemoteJWKSet, jwtVerify } = await importFromRoot('jose');
    const keys = createRemoteJWKSet(new URL(jwksUri));
    const options = { issuer, audience, algorithms: [algorithm] };
    return {
      guard: asyncGuardWith(async (token) => (await jwtVerify(token, keys, options)).payload),
    };
  },
};
