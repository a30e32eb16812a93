import { raceAlgorithm } from './algorithms.mjs';
import { raceIssuerCounts } from './issuer-counts.mjs';
import { raceTokenSizes } from './token-sizes.mjs';

/**
 * What a guard costs by itself, without HTTP.
 *
 * @param {import('../section-process.mjs').SectionInput} input
 */
export async function run({ settings, fixtures, only, progress }) {
  const { cacheEntries, guard } = settings;
  const limits = { sliceMs: guard.sliceMs, maxRounds: guard.maxRounds };
  const algorithms = [];
  for (const fixture of fixtures) {
    progress(`all candidates, ${fixture.algorithm}`);
    const maxMs = guard.algorithmMs;
    algorithms.push(await raceAlgorithm(fixture, { ...limits, maxMs, cacheEntries, only }));
  }
  if (only) return { algorithms };
  if (!guard.growth) return { algorithms };
  const [rsa] = fixtures;
  progress('token sizes');
  const sizes = await raceTokenSizes(rsa, { ...limits, maxMs: guard.sizesMs });
  progress('issuer counts');
  const { issuerCounts } = guard;
  const issuers = await raceIssuerCounts(rsa, { ...limits, issuerCounts, maxMs: guard.issuersMs });
  return { algorithms, sizes, issuers };
}
