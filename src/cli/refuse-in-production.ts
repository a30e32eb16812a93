import { CommandFailure } from './exit-codes.js';
import type { Terminal } from './terminal.js';

/** Whoever reaches a development issuer gets any token, so nothing real may come to trust one. */
export function refuseInProduction({ env }: Terminal): void {
  if (env['NODE_ENV'] === 'production')
    throw new CommandFailure(
      'unusable',
      'NODE_ENV is "production": a development issuer gives anybody any token and does not run there.',
    );
}
