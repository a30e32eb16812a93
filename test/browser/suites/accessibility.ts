import { expect, it } from '@jest/globals';
import axe from 'axe-core';
import { mkdirSync } from 'node:fs';
import { ROOT } from '../../docs/markdown.js';
import { focused, watch } from '../support/browser.js';
import { SamplePage } from '../support/sample-page.js';
import type { Suite } from './suite.js';

/** Kept by CI, and looked at by people. */
const SCREENSHOTS = `${ROOT}artifacts/screenshots/`;

const SCREENS = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 1000 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 1000 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
  ['narrow-dark', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
] as const;

/** For everybody: keyboard, screen reader, light and dark, narrow screens, still pictures. */
export const accessibility: Suite = (scene) => {
  it.each(SCREENS)('%s: nothing axe finds, nothing to scroll sideways', async (name, options) => {
    const { browser, url } = scene();
    const context = await browser.newContext(options);
    const { complaints } = watch(context);
    try {
      const page = await context.newPage();
      const sample = new SamplePage(page);
      await sample.open(url);
      await sample.send({ token: 'valid' });
      await sample.send({ token: 'unknown kid' });
      await sample.send({ token: 'expired' });
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
      await page.screenshot({ path: `${SCREENSHOTS}${name}-whole.png`, fullPage: true });
      await page.getByText('What to press').click();
      const { violations } = await findings(sample);
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  });

  it('the login page as well', async () => {
    const { sample } = scene();
    await sample.page.getByRole('button', { name: 'Log in', exact: true }).click();
    await sample.page.getByLabel('Name').waitFor();
    await sample.page.screenshot({ path: `${SCREENSHOTS}login.png` });
    const { violations } = await findings(sample);
    expect(violations.map(({ id }) => id)).toEqual([]);
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
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('expired');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('/notes');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('send');
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement as Element).outlineWidth,
    );
    expect(outline).toBe('3px');
    await page.keyboard.press('Enter');
    await page.getByText('token_expired from the step “claims”').waitFor();
    expect(await focused(page)).toBe('send');
  });

  it('the skip link leads to the answer', async () => {
    const { sample } = scene();
    await sample.page.keyboard.press('Tab');
    await sample.page.keyboard.press('Enter');
    expect(await focused(sample.page)).toBe('answer');
  });

  it('what happens is announced: the verdict, the issuers’ state, the login, the copy, trouble', async () => {
    const { sample } = scene();
    for (const id of ['verdict', 'issuers-state', 'login-state', 'copied'])
      expect(await sample.page.locator(`#${id}`).getAttribute('role')).toBe('status');
    expect(await sample.page.locator('#trouble').getAttribute('role')).toBe('alert');
    await sample.page.route('**/console/tokens', (route) => route.fulfill({ status: 503 }));
    await sample.press('Send with a new token');
    expect(await sample.text('#trouble')).toMatch(/^That did not work: .* 503$/);
    await sample.page.unroute('**/console/tokens');
    await sample.press('Send with a new token');
    expect(await sample.text('#trouble')).toBe('');
  });

  it('nothing moves for who asks for stillness', async () => {
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
