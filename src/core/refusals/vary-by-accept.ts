import type { AbstractHttpAdapter } from '@nestjs/core';

/** Tells caches that `Accept` decides the answer, beside what decides it already (RFC 9110 section 12.5.5). */
export function varyByAccept(adapter: AbstractHttpAdapter, response: unknown): void {
  const earlier = [adapter.getHeader(response, 'Vary') as unknown].flat();
  const names = earlier.filter((name) => typeof name === 'string' && name !== '');
  adapter.setHeader(response, 'Vary', [...names, 'Accept'].join(', '));
}
