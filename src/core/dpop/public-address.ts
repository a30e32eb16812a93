import type { DpopPathPrefix } from '../../config/binding-config.js';
import { hasDotSegment, normalisedEscapes } from './http-address.js';

/** RFC 9112 section 3.2.2: what a request to a proxy has before its path. */
const ABSOLUTE_FORM = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * The address under which clients reach this API, which a proof must name (RFC 9449 section 4.3). It comes
 * from the configuration, and only its path from the request: `Host` and forwarded headers are the words of
 * the caller.
 */
export class PublicAddress {
  private readonly prefixes: readonly DpopPathPrefix[];

  /**
   * @param origin as `URL` writes it, without a slash at its end.
   * @param prefixes paths that a gateway rewrites; the longest one that fits a path counts.
   */
  constructor(
    readonly origin: string,
    prefixes: readonly DpopPathPrefix[] = [],
  ) {
    this.prefixes = prefixes
      .map(({ from, to }) => ({ from: withoutSlash(from), to: withoutSlash(to) }))
      .toSorted((one, other) => other.from.length - one.from.length);
  }

  /**
   * The address of a request, normalised, without its query.
   *
   * The path goes behind the origin as it is: to resolve one against the other would let a path that begins
   * with two slashes name another host.
   *
   * @param target of the request line.
   * @returns `undefined` for a target that has no path, or a path with dot segments.
   */
  addressOf(target: string): string | undefined {
    const path = pathOf(target);
    if (path === undefined) return undefined;
    const normalised = normalisedEscapes(path);
    return hasDotSegment(normalised) ? undefined : this.origin + this.publicPathOf(normalised);
  }

  private publicPathOf(path: string): string {
    const prefix = this.prefixes.find(({ from }) => startsWithSegments(path, from));
    return prefix === undefined ? path : prefix.to + path.slice(prefix.from.length) || '/';
  }
}

function pathOf(target: string): string | undefined {
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  if (path.startsWith('/')) return path;
  const [before] = ABSOLUTE_FORM.exec(path) ?? [];
  return before === undefined ? undefined : path.slice(before.length) || '/';
}

function startsWithSegments(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}

function withoutSlash(prefix: string): string {
  return normalisedEscapes(prefix).replace(/\/$/, '');
}
