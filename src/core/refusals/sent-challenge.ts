/** What takes back a header: Express', Node's and Fastify's responses do. */
interface HeaderKeeper {
  getHeader(name: string): unknown;
  removeHeader(name: string): unknown;
}

/** Challenges of ours by the response that carries them; keyed by responses, so applications share nothing. */
const SENT = new WeakMap<object, string>();

export function noteChallenge(response: object, challenge: string): void {
  SENT.set(response, challenge);
}

/** Takes our challenge off a response, and leaves another's. */
export function takeChallengeOff(response: object): void {
  const { getHeader, removeHeader } = response as Partial<HeaderKeeper>;
  if (typeof getHeader !== 'function' || typeof removeHeader !== 'function') return;
  const challenge = SENT.get(response);
  if (challenge !== undefined && getHeader.call(response, 'WWW-Authenticate') === challenge)
    removeHeader.call(response, 'WWW-Authenticate');
}
