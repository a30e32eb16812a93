import { afterAll, expect } from '@jest/globals';
import type { AuthModuleConfig } from 'nestjs-trusted-issuers';

let chosen: Pick<AuthModuleConfig, 'signatureVerifier'> = {};
let taken = 0;

/** What specs that say nothing of it start their applications with. */
export function chosenOptions(): Pick<AuthModuleConfig, 'signatureVerifier'> {
  taken += 1;
  return chosen;
}

/** For a suite, before it imports its specs: they run with this, and some of them must. */
export function choose(options: typeof chosen): void {
  chosen = options;
  afterAll(() => expect(taken).toBeGreaterThan(0));
}
