import { expect, it } from '@jest/globals';
import { until } from '../support/sample-page.js';
import type { Suite } from './suite.js';

/** How what is known looks: whole, equal, beside the button, and never better than it is. */
export const layout: Suite = (scene) => {
  it.each([1280, 390])(
    'at %i pixels code is shown whole, and the steps are equal',
    async (width) => {
      const { sample } = scene();
      const { page } = sample;
      await page.setViewportSize({ width, height: 900 });
      await sample.send({ token: 'bound to a key' });
      const cut = await page
        .locator('pre')
        .evaluateAll((boxes) =>
          boxes
            .filter(
              ({ scrollHeight, clientHeight, scrollWidth, clientWidth }) =>
                scrollHeight > clientHeight || scrollWidth > clientWidth,
            )
            .map((box) => box.getAttribute('aria-label')),
        );
      expect(cut).toEqual([]);
      const sizes = await page.locator('#path li').evaluateAll((steps) =>
        steps.map((step) => {
          const { width: wide, height } = step.getBoundingClientRect();
          return `${Math.round(wide)} × ${Math.round(height)}`;
        }),
      );
      expect(sizes).toHaveLength(12);
      expect(new Set(sizes).size).toBe(1);
      expect(await sample.overflow()).toBe(0);
      await page.setViewportSize({ width: 1280, height: 1000 });
    },
  );

  it('what came of a press is said beside the button, in a live region', async () => {
    const { sample } = scene();
    await sample.send({ token: 'expired' });
    expect(await sample.text('#call-state')).toBe('401 token_expired, from the step “claims”.');
    const near = async (button: string, status: string): Promise<number> => {
      const boxes = await Promise.all(
        [button, status].map((selector) => sample.page.locator(selector).first().boundingBox()),
      );
      const [pressed, said] = boxes;
      if (!pressed || !said) throw new Error(`nothing to see of ${button} or ${status}`);
      return said.y - pressed.y - pressed.height;
    };
    expect(await near('#again', '#call-state')).toBeLessThan(32);
    await sample.press('Rotate keys: ours, ES256');
    expect(await sample.said('es256')).toBe('ours, ES256 signs with a new key now.');
    const card = '[data-issuer=es256]';
    expect(await near(`${card} button >> nth=2`, `${card} [role=status]`)).toBeLessThan(32);
  });

  it('what is not known is not drawn in the colour of what is good', async () => {
    const { sample } = scene();
    const { page } = sample;
    await sample.send();
    const colourOf = (selector: string): Promise<string> =>
      page
        .locator(selector)
        .first()
        .evaluate((one) => getComputedStyle(one).color);
    const good = await colourOf('#path [data-mark=passed] .mark');
    expect(await colourOf('[data-issuer=es256] .badge')).toBe(good);
    expect(await colourOf('#path li:nth-child(2) .mark')).not.toBe(good);
  });

  it('an issuer of which the sample tells no more is neither up nor down', async () => {
    const { sample, context, url } = scene();
    const page = await context.newPage();
    try {
      const issuer = { name: 'es256', issuer: 'http://127.0.0.1:1', algorithm: 'ES256', kid: 'a' };
      const state = {
        numbers: { verified: 0, remembered: 0, refused: {} },
        issuers: [{ ...issuer, isDown: false, asked: 0, keys: { state: 'fresh', known: 1 } }],
      };
      // A stream that ends at once, as when the sample is stopped.
      await page.route('**/console/live', (route) =>
        route.fulfill({
          contentType: 'text/event-stream',
          body: `retry: 60000\n\ndata: ${JSON.stringify(state)}\n\n`,
        }),
      );
      await page.goto(url);
      const badge = page.locator('[data-issuer=es256] .badge');
      await until(
        async () => (await badge.count()) === 1 && (await badge.innerText()) === 'not known',
      );
      const [unknown, good] = await Promise.all([
        badge.evaluate((one) => getComputedStyle(one).color),
        sample.page
          .locator('[data-issuer=es256] .badge')
          .evaluate((one) => getComputedStyle(one).color),
      ]);
      expect(unknown).not.toBe(good);
      expect(await page.locator('#issuers-hint').innerText()).toContain('does not answer');
    } finally {
      await page.close();
    }
  });
};
