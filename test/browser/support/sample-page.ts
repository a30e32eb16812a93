import type { Page } from 'playwright-core';

export type Issuer = 'oidc' | 'es256' | 'eddsa' | 'untrusted';

/** What a person chooses before pressing Send. */
export interface Choice {
  readonly issuer?: Issuer;
  readonly token?: string;
  readonly route?: string;
}

/** The sample's page, by what a person sees and does on it. */
export class SamplePage {
  constructor(readonly page: Page) {}

  async open(url: string): Promise<void> {
    await this.page.goto(url);
    // The page sends a first call by itself.
    await this.page.locator('#parts pre').first().waitFor();
    await this.page.locator('#issuers li').nth(3).waitFor();
  }

  async choose({ issuer = 'es256', token = 'valid', route = 'protected' }: Choice): Promise<void> {
    await this.page.check(`[name=issuer][value=${issuer}]`);
    await this.page.getByRole('radio', { name: token, exact: true }).check();
    await this.page.getByRole('radio', { name: new RegExp(`^${route}`) }).check();
  }

  /** Chooses, sends, and waits for the answer. */
  async send(choice: Choice = {}): Promise<void> {
    await this.choose(choice);
    await this.press('Send with a new token');
  }

  sendAgain(): Promise<void> {
    return this.press('Send the same token again');
  }

  /** Presses a button and waits until all that it does is done. */
  async press(name: string): Promise<void> {
    const button = this.page.getByRole('button', { name, exact: true });
    await button.click();
    await this.page.locator('button[aria-busy=true]').waitFor({ state: 'detached' });
  }

  text(selector: string): Promise<string> {
    return this.page.locator(selector).innerText();
  }

  verdict(): Promise<string> {
    return this.text('#verdict');
  }

  /** Each step’s mark, the first step first. */
  marks(): Promise<readonly string[]> {
    return this.page
      .locator('#path li')
      .evaluateAll((steps) => steps.map((step) => step.getAttribute('data-mark') ?? ''));
  }

  /** The number of the step that is marked as the one that refused; 0 without one. */
  async refusedAt(): Promise<string | undefined> {
    const index = (await this.marks()).indexOf('refused');
    return (await this.page.locator('#path .name').allInnerTexts())[index];
  }

  /** What stands under a heading of the answer. */
  part(title: string): Promise<string> {
    const parts = this.page.locator('.part', {
      has: this.page.getByRole('heading', { name: title }),
    });
    return parts.first().innerText();
  }

  async body(): Promise<Record<string, unknown>> {
    const text = await this.page.getByRole('group', { name: 'Body' }).innerText();
    return JSON.parse(text) as Record<string, unknown>;
  }

  header(name: string): Promise<string | undefined> {
    return this.page
      .getByRole('group', { name: 'Headers' })
      .innerText()
      .then((text) => new RegExp(`^${name}: (.*)$`, 'im').exec(text)?.[1]);
  }

  /** A row of the table of numbers. */
  async count(name: string): Promise<number> {
    const row = this.page.locator('#numbers tr', {
      has: this.page.getByRole('rowheader', { name, exact: true }),
    });
    return (await row.count()) === 0 ? 0 : Number(await row.locator('td').first().innerText());
  }

  /** An issuer’s card. */
  card(issuer: Issuer): Promise<string> {
    return this.text(`[data-issuer=${issuer}]`);
  }
}

/** Waits until something is so. The test’s own deadline ends it. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 100));
}
