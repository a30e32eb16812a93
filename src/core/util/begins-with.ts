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
