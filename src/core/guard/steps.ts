import type { Check } from '../refusals/refusal.js';

/** The steps of a request, in their order. */
export const STEPS = [
  'access mode',
  'credentials',
  'remembered',
  'form',
  'issuer',
  'keys',
  'signature',
  'introspection',
  'claims',
  'binding',
  'identity',
  'revocation',
  'demands',
] as const;

export type Step = (typeof STEPS)[number];

const STEP_OF_CHECK: Readonly<Record<Check, Step>> = {
  credentials: 'credentials',
  form: 'form',
  issuer: 'issuer',
  alg: 'keys',
  typ: 'keys',
  header: 'keys',
  key: 'keys',
  signature: 'signature',
  internal: 'signature',
  introspection: 'introspection',
  active: 'introspection',
  exp: 'claims',
  nbf: 'claims',
  iat: 'claims',
  age: 'claims',
  tenant: 'claims',
  aud: 'claims',
  purpose: 'claims',
  client: 'claims',
  'required-claim': 'claims',
  nesting: 'claims',
  binding: 'binding',
  proof: 'binding',
  nonce: 'binding',
  replay: 'binding',
  subject: 'identity',
  grants: 'identity',
  revocation: 'revocation',
  'caller-issuer': 'demands',
  authentication: 'demands',
  scopes: 'demands',
  roles: 'demands',
};

/** The step that refuses when a check fails. */
export function stepOf(check: Check): Step {
  return STEP_OF_CHECK[check];
}
