import type { Page } from 'playwright-core';

export type Issuer = 'oidc' | 'es256' | 'eddsa' | 'untrusted';

/** What a person chooses before pressing Send. */
export interface Choice {
  readonly issuer?: Issuer;
  readonly token?: string;
  readonly route?: string;
  readonly way?: string;
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

  /** By a click on each label, all in one go: the form is filled in some hundred times. */
  async choose({
    issuer = 'es256',
    token = 'valid',
    route = 'protected',
    way,
  }: Choice = {}): Promise<void> {
    const isBound = token === 'bound to a key';
    const wanted = [
      ['issuer', issuer],
      ['shape', token],
      ['route', route],
      ['way', way ?? (isBound ? 'DPoP' : 'Bearer')],
    ] as const;
    await this.page.evaluate((choices) => {
      const radios = [...document.querySelectorAll<HTMLInputElement>('#call input[type=radio]')];
      for (const [name, choice] of choices) {
        const radio = radios.find((one) => {
          const label = one.parentElement?.firstChild?.nextSibling?.textContent;
          return one.name === name && (one.value === choice || label === choice);
        });
        if (!radio) throw new Error(`no ${name} “${choice}”`);
        radio.click();
      }
    }, wanted);
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

  /** What each step says of itself, by its name. */
  async notes(): Promise<Readonly<Record<string, string>>> {
    return this.page
      .locator('#path li')
      .evaluateAll((steps) =>
        Object.fromEntries(
          steps.map((step) => [
            step.querySelector('.name')?.textContent ?? '',
            step.querySelector('.mark')?.lastChild?.textContent ?? '',
          ]),
        ),
      );
  }

  /** The name of the step that is marked as the one that refused. */
  async refusedAt(): Promise<string | undefined> {
    const index = (await this.marks()).indexOf('refused');
    return (await this.page.locator('#path .name').allInnerTexts())[index];
  }

  /** What is under a heading of the answer. */
  part(title: string): Promise<string> {
    const parts = this.page.locator('.part', {
      has: this.page.getByRole('heading', { name: title }),
    });
    return parts.first().innerText();
  }

  body(): Promise<Record<string, unknown>> {
    return this.json('Body');
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

  /** What is said beside the buttons of an issuer’s card. */
  said(issuer: Issuer): Promise<string> {
    return this.text(`[data-issuer=${issuer}] [role=status]`);
  }

  /** What a box of code says, as JSON. */
  async json(label: string): Promise<Record<string, unknown>> {
    const text = await this.page.getByRole('group', { name: label, exact: true }).innerText();
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** How many pixels there are to scroll sideways. */
  overflow(): Promise<number> {
    return this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
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
