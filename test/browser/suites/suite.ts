import type { BrowserContext } from 'playwright-core';
import type { SamplePage } from '../support/sample-page.js';

/** What every suite is given: one sample and one browser for all, and an open page. */
export interface Scene {
  readonly url: string;
  readonly context: BrowserContext;
  readonly sample: SamplePage;
}

/** Tests of one concern. The scene is there only while a test runs, so it is asked for. */
export type Suite = (scene: () => Scene) => void;
