/** Limits of introspection. Not options: docs/introspection.md gives the reason for each. */
export const INTROSPECTION_LIMITS = {
  /** How many answers that a token is active are remembered, and how many bytes of them. */
  activeAnswers: 10_000,
  activeBytes: 32_000_000,
  /** The same for answers that a token is inactive, which are kept separately and briefly. */
  inactiveAnswers: 1_000,
  inactiveSeconds: 10,
  /** After so many unusable answers in a row, the server is not asked for a while. */
  unusableInARow: 3,
  /** How long an address from the issuer's metadata is used before a new look-up, and how long at most. */
  freshSeconds: 600,
  staleIfErrorSeconds: 3_600,
  /** How old a signed answer may be. */
  signedAnswerSeconds: 60,
  /** How long an assertion by which this API authenticates itself is valid. */
  assertionSeconds: 60,
  /** How many connections wait for the next call, and how long. */
  idleConnections: 16,
  idleConnectionMs: 4_000,
} as const;
