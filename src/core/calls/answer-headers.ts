import type { TokenSource } from '../../config/token-source.js';
import { readAuthorization } from './authorization-header.js';
import type { AuthenticationScheme, Exchange } from './exchange.js';
import { isOpen, isSet, setHeader, vary } from './response-headers.js';

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

  constructor(
    sources: readonly TokenSource[],
    private readonly schemes: readonly AuthenticationScheme[],
  ) {
    this.varying = [...new Set(sources.flatMap(headerNamesOf))];
    this.varyingOptional = ['Authorization', ...this.varying];
    this.readsHeader = sources.includes('header');
    this.readsElsewhere = sources.some((source) => source !== 'header');
  }

  /** Says which request headers decide the answer (RFC 9110 section 12.5.5), good or not. */
  vary({ response }: Exchange, isOptional: boolean): void {
    const names = isOptional ? this.varyingOptional : this.varying;
    vary(response, names);
  }

  /**
   * Keeps the answer to a good token from shared caches, where the token is not in `Authorization`
   * (RFC 6750 section 2.3). What the route sets afterwards replaces it.
   */
  keepPrivate({ request, response }: Exchange): void {
    if (!this.readsElsewhere || !isOpen(response)) return;
    if (this.readsHeader && readAuthorization(request, this.schemes) !== undefined) return;
    if (!isSet(response.getHeader('Cache-Control')))
      setHeader(response, 'Cache-Control', 'private');
  }
}

function headerNamesOf(source: TokenSource): readonly string[] {
  if (typeof source !== 'object') return [];
  if ('header' in source) return [source.header];
  return 'cookie' in source ? ['Cookie'] : [];
}
