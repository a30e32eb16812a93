import { takesHeaders } from './http-exchange.js';

/** What is used of a response: Express' and Node's have `setHeader`, Fastify's replies `header`. */
export interface HeaderTaker {
  getHeader(name: string): unknown;
  setHeader?(name: string, value: string): unknown;
  header?(name: string, value: string): unknown;
  readonly headersSent?: boolean;
  readonly sent?: boolean;
}

/** Whether headers can still be set. */
export function isOpen(response: unknown): response is HeaderTaker {
  if (!takesHeaders(response)) return false;
  const { getHeader, headersSent, sent } = response as Partial<HeaderTaker>;
  return typeof getHeader === 'function' && headersSent !== true && sent !== true;
}

/** Says which request headers decide the answer, beside those that decide it already (RFC 9110 section 12.5.5). */
export function vary(response: unknown, names: readonly string[]): void {
  if (names.length === 0 || !isOpen(response)) return;
  const earlier = [response.getHeader('Vary')].flat().filter(isSet).map(String).join(', ');
  const known = earlier.split(',').map((name) => name.trim().toLowerCase());
  if (known.includes('*')) return;
  const added = names.filter((name) => !known.includes(name.toLowerCase()));
  if (added.length === 0) return;
  setHeader(response, 'Vary', [...(earlier === '' ? [] : [earlier]), ...added].join(', '));
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

export function setHeader(response: HeaderTaker, name: string, value: string): void {
  // A reply of Fastify sends what its `header` was told.
  if (response.setHeader) response.setHeader(name, value);
  else response.header?.(name, value);
}
