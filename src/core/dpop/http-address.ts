/** An address without query and fragment, in the one form in which addresses are compared. */
export interface HttpAddress {
  readonly scheme: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
}

/** What can differ between two addresses. */
export type AddressPart = keyof HttpAddress;

/** RFC 3986 section 3.2, without userinfo; a host in brackets is one of IPv6. */
const ADDRESS =
  /^([a-z][a-z0-9+.-]*):\/\/(\[[^\]/?#@]*\]|[^:/?#@[\]]+)(?::(\d*))?(\/[^?#]*)?(?:[?#]|$)/i;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };
const DOT_SEGMENT = /(?:^|\/)\.{1,2}(?:\/|$)/;
const UNRESERVED = /^[A-Za-z0-9._~-]$/;

/**
 * Reads an absolute address, normalised by RFC 3986 sections 6.2.2 and 6.2.3: case, escapes, default port
 * and empty path. Dot segments are not folded: a router may send two spellings of one path to two places.
 *
 * @returns `undefined` for what is no such address.
 */
export function readHttpAddress(text: string): HttpAddress | undefined {
  const [, scheme, host, port, path] = ADDRESS.exec(text) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  const name = scheme.toLowerCase();
  return {
    scheme: name,
    host: normalisedEscapes(host).toLowerCase(),
    port: port || (DEFAULT_PORTS[name] ?? ''),
    path: normalisedEscapes(path ?? '/'),
  };
}

const PARTS = ['scheme', 'host', 'port', 'path'] as const satisfies readonly AddressPart[];

/** The parts in which two addresses differ. */
export function differingParts(one: HttpAddress, other: HttpAddress): readonly AddressPart[] {
  return PARTS.filter((part) => one[part] !== other[part]);
}

/** RFC 3986 sections 6.2.2.1 and 6.2.2.2: of what need not be escaped, and in capitals. */
export function normalisedEscapes(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const char = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return UNRESERVED.test(char) ? char : escape.toUpperCase();
  });
}

/** Whether a path has a segment `.` or `..`. */
export function hasDotSegment(path: string): boolean {
  return path.includes('/.') && DOT_SEGMENT.test(path);
}
