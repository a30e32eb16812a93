/** Longer strings are no slips of the pen. */
const MAX_LENGTH = 512;

/** An issuer taken apart at the places where two spellings of one name differ. */
interface Spelling {
  readonly scheme: string;
  readonly port: string;
  readonly version: string;
  readonly slash: string;
  /** What is left: host and path. */
  readonly core: string;
}

/** What two issuers that differ by a near miss have in common; `undefined` where it is not worth a look. */
export function looseForm(issuer: string): string | undefined {
  return issuer.length <= MAX_LENGTH && /^[!-~]+$/.test(issuer)
    ? spellingOf(issuer).core.toLowerCase()
    : undefined;
}

/** In what two issuers of one loose form differ, in words. */
export function differenceBetween(one: string, other: string): string {
  const [a, b] = [spellingOf(one), spellingOf(other)];
  const differences = [
    a.scheme !== b.scheme && 'the scheme',
    a.port !== b.port && 'a default port',
    a.version !== b.version && '"/v2.0" at the end',
    a.slash !== b.slash && 'a trailing slash',
    a.core !== b.core && 'upper and lower case',
  ].filter(Boolean);
  // Two strings that differ in none of these differ in the case of what was compared without it.
  return differences.join(' and ') || 'upper and lower case';
}

function spellingOf(issuer: string): Spelling {
  const [scheme = ''] = /^https?:\/\//i.exec(issuer) ?? [];
  const [authority = ''] = /^[^/]*/.exec(issuer.slice(scheme.length)) ?? [];
  const [port = ''] = /:(?:443|80)$/.exec(authority) ?? [];
  const path = issuer.slice(scheme.length + authority.length);
  const [slash = ''] = /\/$/.exec(path) ?? [];
  const [version = ''] = /\/v2\.0$/i.exec(path.slice(0, path.length - slash.length)) ?? [];
  const core =
    authority.slice(0, authority.length - port.length) +
    path.slice(0, path.length - slash.length - version.length);
  return { scheme: scheme.toLowerCase(), port, version: version.toLowerCase(), slash, core };
}
