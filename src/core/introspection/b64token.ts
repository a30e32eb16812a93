const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** Whether a text has the form of a bearer token (RFC 6750 section 2.1). */
export function isB64Token(text: string): boolean {
  return B64TOKEN.test(text);
}
