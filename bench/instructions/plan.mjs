/** Calls of a round. */
export const CALLS = 200;

/** What is counted, in this order. The first round warms up. */
export const OPERATIONS = [
  { name: 'hit', rounds: 6, isGood: true, tokenOf: ({ tokens }) => tokens[0] },
  {
    name: 'miss',
    rounds: 4,
    verifiedTokenCache: false,
    isGood: true,
    tokenOf: ({ tokens }, call) => tokens[call],
  },
  { name: 'refusal', rounds: 4, isGood: false, tokenOf: ({ expired }) => expired },
];

/**
 * Without what differs from run to run: no compiled code, one thread, no collection of garbage within
 * the few calls of a round.
 */
export const V8_FLAGS = [
  ...['--jitless', '--no-expose-wasm', '--single-threaded', '--predictable'],
  ...['--hash-seed=1', '--random-seed=1', '--min-semi-space-size=64', '--max-semi-space-size=64'],
];

/** OpenSSL by the code that every x64 processor of the last ten years runs. */
export const ENVIRONMENT = { OPENSSL_ia32cap: ':0' };
