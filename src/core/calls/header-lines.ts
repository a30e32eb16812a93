import type { CredentialsRequest } from './exchange.js';

/**
 * Whether a header came more than once. Of some headers Node keeps the first and says nothing, others it
 * joins; the raw list has them all.
 *
 * @param name in lower case.
 */
export function isRepeated(request: CredentialsRequest, name: string): boolean {
  const lines = linesOf(request);
  const first = nextLine(lines, name, 0);
  return first !== NONE && nextLine(lines, name, first + 2) !== NONE;
}

/**
 * The values of a header, one for each of its lines; none where the request has no raw lines.
 *
 * @param name in lower case.
 */
export function valuesOf(request: CredentialsRequest, name: string): readonly string[] {
  const lines = linesOf(request);
  const values: string[] = [];
  for (let at = nextLine(lines, name, 0); at !== NONE; at = nextLine(lines, name, at + 2))
    values.push(lines[at + 1] ?? '');
  return values;
}

const NONE = -1;

/** Names and values by turns, as they came. An object that an application hands over may have anything there. */
function linesOf(request: CredentialsRequest): readonly string[] {
  const lines: unknown = request.rawHeaders ?? request.raw?.rawHeaders;
  return Array.isArray(lines) ? (lines as readonly string[]) : [];
}

function nextLine(lines: readonly string[], name: string, from: number): number {
  for (let index = from; index < lines.length; index += 2)
    if (lines[index]?.length === name.length && beginsWith(lines[index] ?? '', name)) return index;
  return NONE;
}

const CAPITAL_A = 0x41;
const CAPITAL_Z = 0x5a;

/**
 * Whether a text begins with another, which is in lower case; of the text, ASCII letters may be in either.
 * Every request is asked this several times, and `toLowerCase` takes longer than to find its token.
 */
export function beginsWith(text: string, lowered: string): boolean {
  for (let index = 0; index < lowered.length; index++) {
    const code = text.charCodeAt(index);
    const isCapital = code >= CAPITAL_A && code <= CAPITAL_Z;
    if ((isCapital ? code | 0x20 : code) !== lowered.charCodeAt(index)) return false;
  }
  return true;
}
