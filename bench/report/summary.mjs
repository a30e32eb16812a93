import { number, paragraphs } from './format.mjs';

const PEERS = ['auth-guard-key-object', 'usual-recipe', 'jose', 'fast-jwt', 'aws-jwt-verify'];

/**
 * Some sentences for readers who skip the tables, made from the numbers.
 *
 * @param {Record<string, any>} results
 */
export function summaryReport({ http, guard, memory }) {
  const rate = (scenario, candidate) =>
    http?.tables
      .find(
        ({ algorithm, adapter, scenario: id }) =>
          algorithm === 'RS256' && adapter === 'fastify' && id === scenario,
      )
      ?.rows.find((row) => row.candidate === candidate)?.perSecond.median;
  const best = (scenario) => Math.max(...PEERS.map((id) => rate(scenario, id) ?? 0));
  const times = (one, other) => (one && other ? number(one / other) : undefined);
  /** "1.07 times as many requests as X", or "16 % fewer requests than X". */
  const requests = (one, other, whose) => {
    if (!one || !other) return undefined;
    if (one >= other) return `${number(one / other)} times as many requests as ${whose}`;
    return `${Math.round((1 - one / other) * 100)} % fewer requests than ${whose}`;
  };
  const hotBest = requests(rate('hot', 'ours'), best('hot'), 'the fastest peer');
  const hotUsual = times(rate('hot', 'ours'), rate('hot', 'usual-recipe'));
  const byDefault = requests(
    rate('distinct', 'ours'),
    rate('distinct', 'auth-guard-key-object'),
    '`AuthGuard` with passport-jwt and a single key in memory',
  );
  const byNodeCrypto = requests(
    rate('distinct', 'ours-node-crypto'),
    best('distinct'),
    'the fastest peer',
  );
  const hit = guard?.algorithms?.[0]?.rows.find(({ id }) => id === 'ours-hot')?.microseconds.median;
  const sentences = [
    hotBest &&
      `With RS256 on Fastify: a token that was seen before costs nearly nothing. The module answers ${hotBest}${hotUsual ? ` and ${hotUsual} times as many as \`AuthGuard\` with passport-jwt and jwks-rsa` : ''}.`,
    hit && `The guard by itself then takes ${number(hit)} µs.`,
    byDefault && `A new token costs a signature check: by default the module answers ${byDefault}.`,
    byNodeCrypto && `With \`signatureVerifier: 'node:crypto'\` it answers ${byNodeCrypto}.`,
    memory &&
      `After a million different tokens the heap is ${number(memory.growth)} times what it was when the cache had just filled.`,
  ].filter(Boolean);
  return paragraphs(
    sentences.join(' ') || undefined,
    http &&
      '![Requests a second with tokens that were seen before, by guard](images/performance-hot-tokens.svg)',
    http && '![Requests a second with new tokens, by guard](images/performance-new-tokens.svg)',
  );
}
