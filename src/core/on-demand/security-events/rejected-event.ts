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

/** More unverified tokens in the name of an issuer than are looked at. */
export class TooManyUnverified {
  readonly retryAfterSeconds = 1;
}
