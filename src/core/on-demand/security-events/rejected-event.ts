/** What is wrong with a token that reports an event. Each kind of endpoint has a code of its own for it. */
export type Defect = 'form' | 'issuer' | 'key' | 'audience' | 'claims' | 'repeated';

/** Why such a token is not accepted. Like a `Refusal` it is returned, and holds no value of the token. */
export class RejectedEvent {
  constructor(
    readonly defect: Defect,
    /** One line for the operator of the sender. */
    readonly description: string,
  ) {}
}

export const UNKNOWN_SENDER = new RejectedEvent(
  'issuer',
  'tokens of this "iss" are not accepted here',
);

/** More unverified tokens in the name of an issuer than are looked at. */
export class TooManyUnverified {
  /** The answer at either endpoint. */
  readonly answer = {
    status: 429,
    retryAfterSeconds: 1,
    reason: 'too many tokens in the name of one issuer that are not verified, or were here before',
  };
}
