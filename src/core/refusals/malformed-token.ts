const AUDIENCE_HINT = 'did the client name an audience when it asked for it?';

/** What a token that is no JWS most often is, by the number of its segments. */
const BY_SEGMENTS: Readonly<Record<number, string>> = {
  1: `an opaque token, not a JWT; ${AUDIENCE_HINT}`,
  5:
    'an encrypted token (JWE). OpenIddict encrypts access tokens unless DisableAccessTokenEncryption() is called, ' +
    `and the session of Auth.js (NextAuth) is no access token. With Auth0: ${AUDIENCE_HINT}`,
};

/** Anything longer is not one of the words below. No pattern runs on a longer unverified text. */
const MAX_WORD = 40;
/** Words that a program writes where it has no token. */
const NO_TOKEN = /^(?:undefined|null|none|nil|nan|true|false|\[object \w+\])$/i;
/** A place to be filled in, of a shell, of a page or of a tool that sends requests. */
const PLACEHOLDER =
  /^(?:\$?\{.*\}|<.*>|\[.*\]|%\w+%|[$:]\w+|(?:your[-_ ]?)?(?:access[-_ ]?)?(?:token|jwt)(?:[-_ ]?here)?)$/i;

/** What logs have in place of a signature, where that is no base64url. */
const REMOVED = /^(?:[*.…]+|[[<(*].*[\])>*]|[a-z]+(?:[-_ ][a-z]+)*)$/i;

const QUOTES = ['"', "'", '`', '%22', '%27', '&quot;'];

/** Whether a text is a word that a program writes where it has no token. */
export function isWordForNothing(text: string): boolean {
  return text.length <= MAX_WORD && NO_TOKEN.test(text);
}

/**
 * What was sent in place of a compact JWS, where that is a usual slip; `undefined` where it is none. Asked
 * only about what is refused already. Says nothing of the text but which of these slips it is.
 */
export function slipOf(text: string): string | undefined {
  const isWord = text.length <= MAX_WORD;
  if (isWordForNothing(text))
    return `the word "${wordOf(text)}" where a token should be: the client had no token when it sent the request`;
  if (isWord && PLACEHOLDER.test(text) && !text.includes('":'))
    return 'a placeholder where a token should be: the client did not fill it in';
  const json = slipOfJson(text);
  if (json !== undefined) return json;
  if (QUOTES.some((quote) => text.startsWith(quote) || text.endsWith(quote)))
    return 'quotes around the token: send it bare, as the authorization server gave it';
  if (text.slice(0, 'bearer '.length).toLowerCase() === 'bearer ')
    return '"Bearer" twice before the token';
  if (text.endsWith('...') || text.endsWith('…')) return 'a token that was cut off to be shown';
  return slipOfSignature(text);
}

function slipOfSignature(text: string): string | undefined {
  if (!text.startsWith('ey') || text.split('.', 4).length !== 3) return undefined;
  const signature = text.slice(text.lastIndexOf('.') + 1);
  return signature.length <= MAX_WORD && REMOVED.test(signature)
    ? 'there are words or signs in place of the signature, as in a log from which it was removed'
    : undefined;
}

/** Of a text that has not three segments. */
export function slipOfSegments(text: string): string {
  return BY_SEGMENTS[text.split('.', 6).length] ?? 'not three segments';
}

/** One of {@link NO_TOKEN}, so nothing that could be secret. */
function wordOf(text: string): string {
  return text.startsWith('[') ? '[object …]' : text.toLowerCase();
}

/**
 * What a JSON object is that was sent: RFC 7515 section 7.2, RFC 7516 section 7.2, or an answer of the token
 * endpoint (RFC 6749 section 5.1); `undefined` where a text is none.
 */
export function slipOfJson(text: string): string | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  const has = (name: string): boolean => text.includes(`"${name}"`);
  if (has('access_token'))
    return 'the whole answer of the token endpoint: send the value of its "access_token"';
  if (has('signature') || has('signatures'))
    return 'a JWS in its JSON form: an access token is one in the compact form, three segments with dots';
  if (has('ciphertext'))
    return 'an encrypted token (JWE) in its JSON form: an access token here is a signed JWT in the compact form';
  return 'JSON where a token should be';
}
