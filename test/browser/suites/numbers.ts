import { expect, it } from '@jest/globals';
import type { Numbers } from '../../../sample-app/src/console/live-numbers.js';
import { until } from '../support/sample-page.js';
import type { Scene, Suite } from './suite.js';

/** What has happened since the start, as the server counts it. */
export const numbers: Suite = (scene) => {
  it('the chart counts verifications, cache hits and refusals by code', async () => {
    const { sample } = scene();
    const before = await numbersOf(scene());
    await sample.send({ token: 'valid' });
    await sample.sendAgain();
    await sample.send({ token: 'expired' });
    const { verified, remembered, refused } = await numbersOf(scene());
    expect([verified, remembered, refused['token_expired']]).toEqual([
      before.verified + 1,
      before.remembered + 1,
      (before.refused['token_expired'] ?? 0) + 1,
    ]);
    const rows = [
      ['verified', verified],
      ['cache hits', remembered],
      ...Object.entries(refused),
    ] as const;
    for (const [name, count] of rows) await until(async () => (await sample.count(name)) === count);
    const heights = await sample.page
      .locator('#numbers .minute rect')
      .evaluateAll((bars) => bars.filter((bar) => Number(bar.getAttribute('height')) > 0).length);
    expect(heights).toBeGreaterThan(0);
  });
};

/** What the server has counted; the page is told a moment later. */
function numbersOf({ sample }: Scene): Promise<Numbers> {
  return sample.page.evaluate(
    () =>
      new Promise<Numbers>((resolve) => {
        const live = new EventSource('/console/live');
        live.addEventListener('message', ({ data }) => {
          live.close();
          resolve((JSON.parse(String(data)) as { numbers: Numbers }).numbers);
        });
      }),
  );
}
