import { expect, it } from '@jest/globals';
import { until } from '../support/sample-page.js';
import type { Suite } from './suite.js';

const ISSUERS = [
  ['oidc', 'oidc-provider'],
  ['es256', 'ours, ES256'],
  ['eddsa', 'ours, EdDSA'],
] as const;

/** The buttons of the issuers: outage and return, rotation, forgotten keys. */
export const issuers: Suite = (scene) => {
  it.each(ISSUERS)('%s: outage and return, as the page explains them', async (issuer, label) => {
    const { sample } = scene();
    await sample.send({ issuer });

    await sample.press(`Take down: ${label}`);
    expect(await sample.said(issuer)).toBe(`${label} is down and answers 503.`);
    await until(async () => /\bdown\b/.test(await sample.card(issuer)));
    await sample.send({ issuer });
    expect(await sample.verdict()).toBe('200 OK all steps passed');

    await sample.press(`Make the API forget its keys: ${label}`);
    await until(async () => (await sample.card(issuer)).includes('knows 0 keys (pending)'));
    await sample.send({ issuer });
    expect(await sample.verdict()).toBe(
      '503 Service Unavailable keys_unavailable from the step “keys”',
    );
    expect(await sample.refusedAt()).toBe('keys');
    expect(await sample.body()).toMatchObject({ status: 503, code: 'keys_unavailable' });
    expect(await sample.part('Challenge')).toContain('None.');
    const wait = await sample.header('retry-after');
    expect(Number(wait)).toBeGreaterThan(0);
    expect(await sample.text('#advice')).toContain(`keeps its token and asks again in ${wait} s`);
    await until(async () => (await sample.card(issuer)).includes('unavailable'));

    // No other issuer is affected.
    const other = issuer === 'es256' ? 'eddsa' : 'es256';
    await sample.send({ issuer: other });
    expect(await sample.verdict()).toBe('200 OK all steps passed');

    // One that is down can’t give out a token either, so the old one goes on.
    await sample.send({ issuer });
    expect(await sample.verdict()).toContain('503');
    await sample.press(`Bring back: ${label}`);
    expect(await sample.said(issuer)).toBe(`${label} is back.`);
    await until(async () => {
      await sample.sendAgain();
      return (await sample.verdict()).startsWith('200');
    });
    await until(async () => /\bup\b[^]*fresh/.test(await sample.card(issuer)));
  });

  it.each(ISSUERS)(
    '%s: a rotation is picked up at once, and old tokens go on',
    async (issuer, label) => {
      const { sample } = scene();
      await sample.press(`Make the API forget its keys: ${label}`);
      await sample.send({ issuer });
      const keyOf = async (): Promise<string> =>
        /Signs with ([\w-]+)/.exec(await sample.card(issuer))?.[1] ?? '';
      const before = await keyOf();

      await sample.press(`Rotate keys: ${label}`);
      expect(await sample.said(issuer)).toBe(`${label} signs with a new key now.`);
      await until(async () => (await keyOf()) !== before);
      await sample.sendAgain();
      expect(await sample.verdict()).toMatch(/^200 OK/);

      await sample.send({ issuer });
      expect(await sample.verdict()).toBe('200 OK all steps passed');
      expect(await sample.text('#path li:nth-child(5)')).toContain('fetched now');
      await until(async () => !(await sample.card(issuer)).includes('knows 1 key '));
    },
  );

  it('eddsa: rotated while it is down, its new tokens can’t be checked: 503', async () => {
    const { sample } = scene();
    await sample.press('Make the API forget its keys: ours, EdDSA');
    await sample.send({ issuer: 'eddsa' });
    await sample.press('Take down: ours, EdDSA');
    await sample.press('Rotate keys: ours, EdDSA');
    await sample.sendAgain();
    expect(await sample.verdict()).toBe('200 OK known from before');
    await sample.send({ issuer: 'eddsa' });
    expect(await sample.verdict()).toContain('503');
    await sample.press('Bring back: ours, EdDSA');
    await until(async () => {
      await sample.sendAgain();
      return (await sample.verdict()).startsWith('200');
    });
  });

  it('a button keeps the focus when what it says changes', async () => {
    const { sample } = scene();
    await sample.page.getByRole('button', { name: 'Take down: ours, ES256' }).press('Enter');
    await sample.page.getByRole('button', { name: 'Bring back: ours, ES256' }).waitFor();
    const name = await sample.page.evaluate(() =>
      document.activeElement?.getAttribute('aria-label'),
    );
    expect(name).toBe('Bring back: ours, ES256');
    await sample.press('Bring back: ours, ES256');
  });
};
