/** An `http:` or `https:` URL as a person would write it; `undefined` for any other text. */
export function webAddress(text: string): URL | undefined {
  // `new URL` repairs `https:host`, backslashes and white space; a repaired address is a different one.
  if (!/^https?:\/\/[^/\\\s]/i.test(text) || /[\s\\]/.test(text)) return undefined;
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Whether an address stays on this machine: `localhost`, 127.0.0.0/8 or `[::1]`. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Whether an attacker on the network cannot change what comes from an address. */
export function isSecure(address: URL): boolean {
  return address.protocol === 'https:' || isLoopback(address);
}
