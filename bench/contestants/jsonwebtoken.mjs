import jsonwebtoken from 'jsonwebtoken';
import { guardWith, isJsonwebtokenAlgorithm } from './bearer-guard.mjs';

/** What passport-jwt rests on, with nothing around it. @type {import('./index.mjs').Candidate} */
export const bareJsonwebtoken = {
  id: 'jsonwebtoken',
  label: 'bare jsonwebtoken, `KeyObject`',
  verifies: isJsonwebtokenAlgorithm,
  adapters: [],
  async create({ issuer, audience, publicKey, algorithm }) {
    const options = { issuer, audience, algorithms: [algorithm] };
    return { guard: guardWith((token) => jsonwebtoken.verify(token, publicKey, options)) };
  },
};
