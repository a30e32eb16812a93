import type { TokenSource } from '../../config/auth-module-config.js';
import { readHeader } from './bearer-credentials-reader.js';
import type { Exchange } from './exchange.js';
import { takesHeaders } from './http-exchange.js';

/** What is used of a response: Express' and Node's have `setHeader`, Fastify's replies `header`. */
interface HeaderTaker {
  getHeader(name: string): unknown;
  setHeader?(name: string, value: string): unknown;
  header?(name: string, value: string): unknown;
  readonly headersSent?: boolean;
  readonly sent?: boolean;
}

/**
 * What the guard tells shared caches. They keep no answer to a request with `Authorization` of their own
 * accord (RFC 9111 section 3.5); a token from anywhere else they don't know for one.
 */
export class AnswerHeaders {
  /** Request headers, beside `Authorization`, that have a token. */
  private readonly varying: readonly string[];
  private readonly varyingOptional: readonly string[];
  private readonly readsHeader: boolean;
  private readonly readsElsewhere: boolean;

  constructor(sources: readonly TokenSource[]) {
    this.varying = [...new Set(sources.flatMap(headerNamesOf))];
    this.varyingOptional = ['Authorization', ...this.varying];
    this.readsHeader = sources.includes('header');
    this.readsElsewhere = sources.some((source) => source !== 'header');
  }

  /** Says which request headers decide the answer (RFC 9110 section 12.5.5), good or not. */
  vary({ response }: Exchange, isOptional: boolean): void {
    const names = isOptional ? this.varyingOptional : this.varying;
    if (names.length > 0 && isOpen(response)) addToVary(response, names);
  }

  /**
   * Keeps the answer to a good token from shared caches, where the token is not in `Authorization`
   * (RFC 6750 section 2.3). What the route sets afterwards replaces it.
   */
  keepPrivate({ request, response }: Exchange): void {
    if (!this.readsElsewhere || !isOpen(response)) return;
    if (this.readsHeader && readHeader(request) !== undefined) return;
    if (!isSet(response.getHeader('Cache-Control'))) set(response, 'Cache-Control', 'private');
  }
}

function headerNamesOf(source: TokenSource): readonly string[] {
  return typeof source === 'object' && 'cookie' in source ? ['Cookie'] : [];
}

function isOpen(response: unknown): response is HeaderTaker {
  if (!takesHeaders(response)) return false;
  const { getHeader, headersSent, sent } = response as Partial<HeaderTaker>;
  return typeof getHeader === 'function' && headersSent !== true && sent !== true;
}

function addToVary(response: HeaderTaker, names: readonly string[]): void {
  const earlier = [response.getHeader('Vary')].flat().filter(isSet).map(String).join(', ');
  const known = earlier.split(',').map((name) => name.trim().toLowerCase());
  if (known.includes('*')) return;
  const added = names.filter((name) => !known.includes(name.toLowerCase()));
  if (added.length === 0) return;
  set(response, 'Vary', [...(earlier === '' ? [] : [earlier]), ...added].join(', '));
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function set(response: HeaderTaker, name: string, value: string): void {
  // A reply of Fastify sends what its `header` was told.
  if (response.setHeader) response.setHeader(name, value);
  else response.header?.(name, value);
}
