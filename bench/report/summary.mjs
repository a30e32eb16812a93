import { number, paragraphs } from './format.mjs';

const PEERS = ['auth-guard-key-object', 'usual-recipe', 'jose', 'fast-jwt', 'aws-jwt-verify'];

/**
 * Five sentences for readers who skip the tables, made from the numbers.
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
  const hotBest = times(rate('hot', 'ours'), best('hot'));
  const hotUsual = times(rate('hot', 'ours'), rate('hot', 'usual-recipe'));
  const byDefault = times(rate('distinct', 'ours'), rate('distinct', 'auth-guard-key-object'));
  const byNodeCrypto = times(rate('distinct', 'ours-node-crypto'), best('distinct'));
  const hit = guard?.algorithms?.[0]?.rows.find(({ id }) => id === 'ours-hot')?.microseconds.median;
  const sentences = [
    hotBest &&
      `A token that was seen before costs nearly nothing: on Fastify the module answers ${hotBest} times as many requests as the fastest peer${hotUsual ? ` and ${hotUsual} times as many as \`AuthGuard\` with passport-jwt and jwks-rsa` : ''}.`,
    hit && `The guard by itself then takes ${number(hit)} µs.`,
    byDefault &&
      `A new token costs a signature check: by default the module answers ${byDefault} times as many requests as plain passport-jwt at its best.`,
    byNodeCrypto &&
      `With \`signatureVerifier: 'node:crypto'\` it answers ${byNodeCrypto} times as many as the fastest peer.`,
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
