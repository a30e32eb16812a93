import { UnauthorizedException } from '@nestjs/common';

/** A guard that looks at nothing: what Nest itself can do. @type {import('./index.mjs').Candidate} */
export const ceiling = {
  id: 'ceiling',
  label: 'guard returning `true` (the ceiling)',
  isLimit: true,
  verifies: () => true,
  adapters: ['express', 'fastify'],
  create: async () => ({ guard: { canActivate: () => true } }),
};

const SETTLED = Promise.resolve(true);

/** The same with a promise, which is what any guard of this module gives. @type {import('./index.mjs').Candidate} */
export const settledCeiling = {
  ...ceiling,
  id: 'settled-ceiling',
  label: 'guard returning a settled promise of `true`',
  create: async () => ({ guard: { canActivate: () => SETTLED } }),
};

const REFUSAL = new UnauthorizedException();

/** The cheapest refusal: nothing is made for it, and Nest answers. @type {import('./index.mjs').Candidate} */
export const refusingCeiling = {
  ...ceiling,
  id: 'refusing-ceiling',
  label: 'guard that throws one `UnauthorizedException`',
  create: async () => ({
    guard: {
      canActivate: () => {
        throw REFUSAL;
      },
    },
  }),
};
