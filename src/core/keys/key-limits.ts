/** How fetched keys are kept. Not options: docs/keys.md gives the reason for each. */
export const KEY_LIMITS = {
  /** How long keys count as fresh when the key server does not say. */
  freshSeconds: 600,
  /** What the key server says (`Cache-Control: max-age`) is clamped to these. */
  minFreshSeconds: 60,
  maxFreshSeconds: 86_400,
  /** The share of that time after which keys are fetched again, in the background. */
  refreshAheadAt: 0.8,
  /** How long old keys are used while none can be fetched; at least 50 minutes past a longer one. */
  staleIfErrorSeconds: 3_600,
  /** Between two fetches for a `kid` that is not in the set: doubles while they bring nothing new. */
  unknownKeyCoolDownSeconds: { initial: 5, max: 30 },
  /** Between two fetches that fail: doubles, minus a random part of up to a fifth. */
  failedFetchBackOffSeconds: { initial: 1, max: 30 },
  /** How many `kid`s that a fetch did not bring are remembered, and how long each may be. */
  rememberedMisses: 100,
  rememberedMissLength: 256,
  /** Keys that are fetched one by one: how many may be looked up at once, and one more every so often. */
  lookupsAtOnce: 16,
  lookupEverySeconds: 5,
  /** How many of these are kept, and how long a `kid` without a key is remembered. */
  keysHeldById: 100,
  absentSeconds: 60,
  /** How many keys are parsed when a set is read, and how many more for one token at most. */
  keysParsedAtOnce: 100,
  /** How many fitting keys are tried for one token, those that fetches bring meanwhile included. */
  keysPerToken: 16,
} as const;
