export { type Challenge, parseChallenge } from './parse-challenge.js';
export { isUnauthorizedBody } from './is-unauthorized-body.js';
export { type RefusedResponse, shouldRefresh } from './should-refresh.js';
export type { UnauthorizedBody } from '../core/refusals/refusal-bodies.js';
export type { UnauthorizedCode } from '../core/refusals/refusal-bodies.js';
