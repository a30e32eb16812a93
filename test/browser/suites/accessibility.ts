import { beforeAll, expect, it } from '@jest/globals';
import axe from 'axe-core';
import { mkdirSync } from 'node:fs';
import { ROOT } from '../../docs/markdown.js';
import { focused } from '../support/browser.js';
import type { SamplePage } from '../support/sample-page.js';
import type { Suite } from './suite.js';

/** Kept by CI, and looked at by people. */
const SCREENSHOTS = `${ROOT}artifacts/screenshots/`;

const SCREENS = [
  ['light', 'light', { width: 1280, height: 1000 }],
  ['dark', 'dark', { width: 1280, height: 1000 }],
  ['narrow', 'light', { width: 390, height: 844 }],
  ['narrow-dark', 'dark', { width: 360, height: 740 }],
] as const;

/** For every visitor: keyboard, screen reader, light and dark, narrow screens, still pictures. */
export const accessibility: Suite = (scene) => {
  beforeAll(async () => {
    const { sample, url } = scene();
    await sample.open(url);
    await sample.send({ token: 'valid' });
    await sample.send({ token: 'unknown kid' });
    await sample.send({ token: 'expired' });
  });

  it.each(SCREENS)(
    '%s: nothing axe finds, nothing to scroll sideways',
    async (name, colorScheme, size) => {
      const { sample } = scene();
      const { page } = sample;
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
      await page.screenshot({ path: `${SCREENSHOTS}${name}-whole.png`, fullPage: true });
      const folded = page.locator('details:not([open])');
      while ((await folded.count()) > 0) await folded.first().locator('summary').click();
      const { violations } = await findings(sample);
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await sample.overflow()).toBe(0);
      for (const summary of await page
        .locator('.panel > details summary, form details summary')
        .all())
        await summary.click();
    },
  );

  it('the login page as well', async () => {
    const { sample } = scene();
    await sample.page.emulateMedia({ colorScheme: 'light' });
    await sample.page.setViewportSize({ width: 1280, height: 1000 });
    await sample.page.getByRole('button', { name: 'Log in', exact: true }).click();
    await sample.page.getByLabel('Name').waitFor();
    await sample.page.screenshot({ path: `${SCREENSHOTS}login.png` });
    const { violations } = await findings(sample);
    expect(violations.map(({ id }) => id)).toEqual([]);
    await sample.open(scene().url);
  });

  it('a call is made by keyboard alone, and the focus can be seen', async () => {
    const { sample } = scene();
    const { page } = sample;
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
      'Skip to the answer',
    );
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('oidc');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('es256');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('valid');
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toBe('none');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('/notes');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('bearer');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('send');
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement as Element).outlineWidth,
    );
    expect(outline).toBe('3px');
    await page.keyboard.press('Enter');
    await page.getByText('auth_required from the step “credentials”').waitFor();
    expect(await focused(page)).toBe('send');
  });

  it('the skip link leads to the answer', async () => {
    const { sample, url } = scene();
    await sample.open(url);
    await sample.page.keyboard.press('Tab');
    await sample.page.keyboard.press('Enter');
    expect(await focused(sample.page)).toBe('answer');
  });

  it('what happens is announced: the verdict, and beside each button what came of it', async () => {
    const { sample } = scene();
    const { page } = sample;
    for (const id of [
      'verdict',
      'call-state',
      'own-state',
      'issuers-hint',
      'login-state',
      'logout-state',
    ])
      expect(await page.locator(`#${id}`).getAttribute('role')).toBe('status');
    expect(await page.locator('#issuers li [role=status]').count()).toBe(4);
    expect(await page.locator('#copies [role=status]').count()).toBe(4);
    expect(await page.locator('#trouble').getAttribute('role')).toBe('alert');
    // A live region that is not drawn is not read out when it is filled.
    const hidden = await page
      .locator('[role=status], [role=alert]')
      .evaluateAll((regions) => regions.filter((one) => getComputedStyle(one).display === 'none'));
    expect(hidden).toEqual([]);
    await page.route('**/console/tokens', (route) => route.fulfill({ status: 503 }));
    await sample.press('Send with a new token');
    expect(await sample.text('#call-state')).toMatch(/^That did not work: .* 503$/);
    await page.unroute('**/console/tokens');
    await sample.press('Send with a new token');
    expect(await sample.text('#call-state')).toMatch(/^200 OK/);
  });

  it('nothing moves where less motion is asked for', async () => {
    const { sample } = scene();
    const durationOf = (): Promise<string> =>
      sample.page
        .locator('#send')
        .evaluate((button) => getComputedStyle(button).transitionDuration);
    expect(await durationOf()).not.toBe('0s');
    await sample.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await durationOf()).toBe('0s');
  });
};

/** axe runs from outside, past the page's content security policy. */
async function findings({ page }: SamplePage): Promise<axe.AxeResults> {
  await page.evaluate(axe.source);
  return page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
  );
}
