import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchBrowser, watch, type Watch } from './support/browser.js';
import { type RunningSample, startSample } from './support/running-sample.js';
import { SamplePage } from './support/sample-page.js';
import { accessibility } from './suites/accessibility.js';
import { answers } from './suites/answers.js';
import { copies } from './suites/copies.js';
import { dpop } from './suites/dpop.js';
import { everyRefusal } from './suites/every-refusal.js';
import { issuers } from './suites/issuers.js';
import { layout } from './suites/layout.js';
import { failedLogin, login } from './suites/login.js';
import { logout } from './suites/logout.js';
import { numbers } from './suites/numbers.js';
import { ownToken } from './suites/own-token.js';
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
    [running, browser] = await Promise.all([startSample(), launchBrowser()]);
    await open();
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
  afterEach(() => expect(watched.complaints).toEqual([]));

  const scene = (): Scene => ({ url: running.url, context, sample });

  it('the last line of the terminal has its address', () => {
    expect(running.lastLine()).toBe(
      `Ready. Ctrl+C stops the API and its issuers. The page: ${running.url}/`,
    );
  });

  // To open the page takes longer than most tests.
  describe('on one page', () => {
    describe('answers', () => void answers(scene));
    describe('numbers', () => void numbers(scene));
    describe('DPoP', () => void dpop(scene));
    describe('your own token', () => void ownToken(scene));
    describe('copies', () => void copies(scene));
    describe('safety', () => void safety(scene));
    describe('logout', () => void logout(scene));
    describe('layout', () => void layout(scene));
    describe('outage and rotation', () => void issuers(scene));
    describe('every refusal', () => void everyRefusal(scene));
    describe('accessibility', () => void accessibility(scene));
    describe('failed login', () => void failedLogin(scene));
  });

  // What a browser keeps of a login belongs to its context.
  describe('in a fresh context each', () => {
    beforeEach(async () => {
      await context.close();
      await open();
    });
    describe('login', () => void login(scene));
  });
});
