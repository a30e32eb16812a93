import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchBrowser, watch, type Watch } from './support/browser.js';
import { type RunningSample, startSample } from './support/running-sample.js';
import { SamplePage } from './support/sample-page.js';
import { accessibility } from './suites/accessibility.js';
import { answers } from './suites/answers.js';
import { copies } from './suites/copies.js';
import { issuers } from './suites/issuers.js';
import { login } from './suites/login.js';
import { logout } from './suites/logout.js';
import { safety } from './suites/safety.js';
import type { Scene } from './suites/suite.js';

jest.setTimeout(120_000);

/** One file, because all of it looks at one build and one process. */
describe('The sample’s page in Chromium', () => {
  let running: RunningSample;
  let browser: Browser;
  let context: BrowserContext;
  let watched: Watch;
  let sample: SamplePage;

  beforeAll(async () => {
    running = await startSample();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });
  const open = async (): Promise<void> => {
    context = await browser.newContext();
    watched = watch(context);
    sample = new SamplePage(await context.newPage());
    sample.page.setDefaultTimeout(20_000);
    await sample.open(running.url);
  };
  const close = async (): Promise<void> => {
    await context.close();
  };
  afterEach(() => expect(watched.complaints).toEqual([]));

  const scene = (): Scene => ({ url: running.url, browser, context, sample });

  describe('on one page', () => {
    beforeAll(open);
    afterAll(close);
    describe('answers', () => void answers(scene));
    describe('copies', () => void copies(scene));
    describe('safety', () => void safety(scene));
  });

  describe('on a fresh page each', () => {
    beforeEach(open);
    afterEach(close);
    describe('outage and rotation', () => void issuers(scene));
    describe('login', () => void login(scene));
    describe('logout', () => void logout(scene));
    describe('accessibility', () => void accessibility(scene));
  });
});
