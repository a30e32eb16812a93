/** Longer strings are no slips of the pen. */
const MAX_LENGTH = 512;

/** A name taken apart at the places where two spellings of it differ. */
interface Spelling {
  readonly scheme: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly version: string;
  readonly slash: string;
}

/** What two names that differ by a near miss have in common; `undefined` where it is not worth a look. */
export function looseForm(name: string): string | undefined {
  if (!isWorthALook(name)) return undefined;
  const { host, port, path } = spellingOf(name);
  return `${host}${isDefault(port) ? '' : port}${path}`.toLowerCase();
}

/**
 * What two addresses of one place have in common that differ in the host, as when one is reached from inside a
 * network and the other from outside: the path, or, where there is none, what the hosts share.
 *
 * @returns `undefined` where too little is left to tell them from any other address.
 */
export function hostlessForm(name: string): string | undefined {
  if (!isWorthALook(name) || !/^https?:\/\/[^/@]+(?:\/|$)/i.test(name)) return undefined;
  const { host, port, path } = spellingOf(name);
  if (path !== '') return path.toLowerCase();
  if (isLocal(host)) return `local${port}`;
  return /[^.]+\.[^.]+$/.exec(host)?.[0].toLowerCase();
}

/** In what two names of one loose form, or one hostless form, differ, in words. */
export function differenceBetween(one: string, other: string): string {
  const [a, b] = [spellingOf(one), spellingOf(other)];
  const differs = (part: keyof Spelling): boolean =>
    a[part].toLowerCase() !== b[part].toLowerCase();
  const differences = [
    differs('scheme') && 'the scheme',
    differs('host') && hostDifference(a.host, b.host),
    a.port !== b.port && (isDefault(a.port) && isDefault(b.port) ? 'a default port' : 'the port'),
    differs('version') && '"/v2.0" at the end',
    a.slash !== b.slash && 'a trailing slash',
    ((a.host !== b.host && !differs('host')) || (a.path !== b.path && !differs('path'))) &&
      'upper and lower case',
  ].filter(Boolean);
  // Two strings that differ in none of these differ in the case of what was compared without it.
  return differences.join(' and ') || 'upper and lower case';
}

function hostDifference(one: string, other: string): string {
  return isLoopback(one) && isLoopback(other)
    ? 'the name of this machine (localhost, 127.0.0.1 and [::1] are different hosts)'
    : 'the host';
}

function isWorthALook(name: string): boolean {
  return name.length <= MAX_LENGTH && /^[!-~]+$/.test(name);
}

function isDefault(port: string): boolean {
  return port === '' || port === ':443' || port === ':80';
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0)$/i.test(host);
}

/** A machine, a container or a network address, as opposed to a domain, which has an owner. */
function isLocal(host: string): boolean {
  return isLoopback(host) || /^(?:[^.]+|[\d.]+|\[.*\]|.+\.(?:internal|local))$/i.test(host);
}

function spellingOf(name: string): Spelling {
  const [scheme = ''] = /^https?:\/\//i.exec(name) ?? [];
  const authority = name.slice(scheme.length).split('/', 1)[0] as string;
  const [port = ''] = /:\d+$/.exec(authority) ?? [];
  const rest = name.slice(scheme.length + authority.length);
  const [slash = ''] = /\/$/.exec(rest) ?? [];
  const [version = ''] = /\/v2\.0$/i.exec(rest.slice(0, rest.length - slash.length)) ?? [];
  const host = authority.slice(0, authority.length - port.length);
  const path = rest.slice(0, rest.length - slash.length - version.length);
  return { scheme, host, port, path, version, slash };
}
