/** One challenge of a `WWW-Authenticate` header (RFC 9110 section 11.6.1). */
export interface Challenge {
  /** The authentication scheme as sent, such as `Bearer`; compare it without regard to case. */
  readonly scheme: string;
  /** What follows the scheme in place of parameters, as in `Negotiate YII=`. */
  readonly token68?: string;
  /** The parameters by name in lower case, unquoted and unescaped. The object has no prototype. */
  readonly parameters: Readonly<Record<string, string | undefined>>;
}

// Sticky patterns of one character class each: none can look at a character twice.
const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const TOKEN68 = /[0-9A-Za-z\-._~+/]+=*/y;
const SPACES = /[ \t]+/y;
const SEPARATORS = /[ \t,]+/y;
const QUOTABLE = /[^"\\]+/y;

/**
 * The challenges in the value of `WWW-Authenticate` (RFC 9110 section 11), several headers joined by
 * commas included, as `Headers.get` gives them. Takes time in proportion to the length.
 *
 * Never throws. Where the value breaks the grammar (or a parameter comes twice in one challenge) it
 * stops and returns the challenges that were whole before; absent or empty gives an empty list.
 */
export function parseChallenge(header: string | null | undefined): Challenge[] {
  const challenges: Challenge[] = [];
  const reader = new Reader(header ?? '');
  reader.take(SEPARATORS);
  while (!reader.isAtEnd()) {
    const challenge = readChallenge(reader);
    if (challenge === undefined) break;
    challenges.push(challenge);
  }
  return challenges;
}

function readChallenge(reader: Reader): Challenge | undefined {
  const scheme = reader.take(TOKEN);
  if (scheme === undefined) return undefined;
  const parameters = Object.create(null) as Record<string, string>;
  const spaced = reader.take(SPACES) !== undefined;
  if (!spaced && !reader.isAtElementEnd()) return undefined;
  const token68 = reader.takeElement(TOKEN68);
  if (!reader.isAtElementEnd() && !reader.isAtParameter()) return undefined;
  reader.take(SEPARATORS);
  if (token68 !== undefined) return { scheme, token68, parameters };
  while (reader.isAtParameter()) {
    const parameter = readParameter(reader);
    if (parameter === undefined || parameter.name in parameters) return undefined;
    parameters[parameter.name] = parameter.value;
    if (!reader.isAtElementEnd()) return undefined;
    reader.take(SEPARATORS);
  }
  return { scheme, parameters };
}

function readParameter(reader: Reader): { name: string; value: string } | undefined {
  const name = reader.take(TOKEN)?.toLowerCase();
  reader.take(SPACES);
  if (name === undefined || !reader.takeCharacter('=')) return undefined;
  reader.take(SPACES);
  const value = reader.takeCharacter('"') ? readQuoted(reader) : reader.take(TOKEN);
  reader.take(SPACES);
  return value === undefined ? undefined : { name, value };
}

/** The rest of a quoted string (RFC 9110 section 5.6.4); `undefined` when it does not end. */
function readQuoted(reader: Reader): string | undefined {
  const parts: string[] = [];
  for (;;) {
    parts.push(reader.take(QUOTABLE) ?? '');
    if (reader.takeCharacter('"')) return parts.join('');
    if (!reader.takeCharacter('\\')) return undefined;
    parts.push(reader.takeAny());
  }
}

/** A text and how far it has been read. */
class Reader {
  private position = 0;

  constructor(private readonly text: string) {}

  isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  isAtElementEnd(): boolean {
    return this.isAtEnd() || this.text[this.position] === ',';
  }

  /** Whether `name =` follows, and not the scheme of a next challenge. */
  isAtParameter(): boolean {
    const start = this.position;
    const named = this.take(TOKEN) !== undefined;
    this.take(SPACES);
    const found = named && this.text[this.position] === '=';
    this.position = start;
    return found;
  }

  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }

  /** Takes what fills the list element to its end, or nothing. */
  takeElement(pattern: RegExp): string | undefined {
    const start = this.position;
    const found = this.take(pattern);
    this.take(SPACES);
    if (found !== undefined && this.isAtElementEnd()) return found;
    this.position = start;
    return undefined;
  }

  takeCharacter(character: string): boolean {
    const found = this.text[this.position] === character;
    if (found) this.position++;
    return found;
  }

  takeAny(): string {
    return this.text[this.position++] ?? '';
  }
}
