/** A guard that looks at nothing: what Nest itself can do. @type {import('./index.mjs').Candidate} */
export const ceiling = {
  id: 'ceiling',
  label: 'guard returning `true` (the ceiling)',
  verifies: () => true,
  adapters: ['express', 'fastify'],
  create: async () => ({ guard: { canActivate: () => true } }),
};
