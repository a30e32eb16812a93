/** One `name=value` of a challenge, the value a quoted string or a token (RFC 9110 section 11.2). */
const PARAMETER = /[ ,]*([\w!#$%&'*+\-.^`|~]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;
const SCHEME = /(?:^|, *)Bearer(?= |$)/i;

/**
 * The parameters of the `Bearer` challenge in a `WWW-Authenticate` value (RFC 6750 section 3).
 *
 * @returns `undefined` when there is no such challenge.
 */
export function bearerParameters(
  value: string | undefined,
): Readonly<Record<string, string>> | undefined {
  const scheme = SCHEME.exec(value ?? '');
  if (value === undefined || scheme === null) return undefined;
  const found: [string, string][] = [];
  PARAMETER.lastIndex = scheme.index + scheme[0].length;
  for (let match = PARAMETER.exec(value); match !== null; match = PARAMETER.exec(value)) {
    const [, name = '', quoted, token = ''] = match;
    found.push([name, quoted === undefined ? token : quoted.replaceAll(/\\(.)/g, '$1')]);
  }
  return Object.fromEntries(found);
}
