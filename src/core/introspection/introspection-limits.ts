/** How introspection is kept in bounds. Not options: docs/introspection.md gives the reason for each. */
export const INTROSPECTION_LIMITS = {
  /** How many answers that a token is good are remembered, and how many bytes of them. */
  activeAnswers: 10_000,
  activeBytes: 32_000_000,
  /** The same for answers that a token is not, which are remembered apart and not for long. */
  inactiveAnswers: 1_000,
  inactiveSeconds: 10,
  /** After so many answers in a row that are of no use, nobody asks for a while. */
  unusableInARow: 3,
  /** How long an address of the issuer's metadata is used before it is looked up anew, and how long at most. */
  freshSeconds: 600,
  staleIfErrorSeconds: 3_600,
  /** How old a signed answer may be. */
  signedAnswerSeconds: 60,
  /** How long an assertion by which this API authenticates itself is good. */
  assertionSeconds: 60,
  /** Connections that wait for the next call, and for how long. */
  idleConnections: 16,
  idleConnectionMs: 4_000,
} as const;
