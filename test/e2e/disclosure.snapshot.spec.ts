import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runtimeSupports } from '../../src/core/jose/key-algorithms.js';
import { REFUSALS } from '../../src/core/refusals/refusal-table.js';
import { ADAPTERS } from '../support/application.js';
import { type EveryRefusal, startEveryRefusal } from '../support/every-refusal.js';

const CODES = Object.keys(REFUSALS).filter((code) => code !== 'token_invalid');
const FOLDED = new Set(
  Object.entries(REFUSALS).flatMap(([code, { hiddenWhenMinimal }]) =>
    hiddenWhenMinimal ? [code] : [],
  ),
);

/** At the end of the algorithms that a newer Node.js knows; the snapshot is of the oldest. */
const NEWER = (['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const)
  .filter(runtimeSupports)
  .map((name) => ` ${name}`)
  .join('');

describe.each(['detailed', 'minimal'] as const)('What is sent, disclosure %s', (disclosure) => {
  const running: EveryRefusal[] = [];
  beforeAll(async () => {
    for (const adapter of ADAPTERS)
      running.push(await startEveryRefusal({ disclosure, realm: 'notes' }, adapter));
  });
  afterAll(() => Promise.all(running.map((application) => application.close())));

  it.each(CODES)('%s', async (code) => {
    const [express, fastify] = await Promise.all(
      running.map(async ({ calls }) => {
        const { status, text, challenge, headers } = await calls[code as keyof typeof calls]();
        const retryAfter = headers['retry-after'] === undefined ? undefined : expect.any(String);
        return { status, text, challenge, retryAfter, contentType: headers['content-type'] };
      }),
    );
    expect(fastify).toEqual(express);
    const hiddenWhenMinimal = disclosure === 'minimal' && FOLDED.has(code);
    expect(express?.text).toContain(`"code":"${hiddenWhenMinimal ? 'token_invalid' : code}"`);
    const challenge = express?.challenge?.replace(`${NEWER}"`, '"');
    expect({ ...express, challenge }).toMatchSnapshot();
  });
});
