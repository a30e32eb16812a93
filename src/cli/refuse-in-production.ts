import { CommandFailure } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** A development issuer gives any token to all that reach it, so no production system may trust one. */
export function refuseInProduction({ env }: Terminal): void {
  if (env['NODE_ENV'] === 'production')
    throw new CommandFailure(
      'unusable',
      'NODE_ENV is "production": a development issuer gives anyone any token and does not run there.',
    );
}
