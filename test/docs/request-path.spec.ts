import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type ExecutionContext, Get, UseGuards } from '@nestjs/common';
import { JwtAuthGuard, TrustedIssuers } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { Session } from 'node:inspector/promises';
import { startApplication, type TestApplication } from '../support/application.js';
import { eventually } from '../support/key-scene.js';
import { readMarkdown } from './markdown.js';

const AUDIENCE = 'https://api.example.com';

/** The files of src/ with a function that runs meanwhile, as V8 counts calls. */
async function filesRunning(run: () => Promise<unknown>): Promise<readonly string[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  // Each look begins to count anew.
  await session.post('Profiler.takePreciseCoverage');
  await run();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  return result
    .filter(({ functions }) =>
      functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)),
    )
    .flatMap(({ url }) => /\/src\/(.+\.ts)$/.exec(url)?.[1] ?? [])
    .toSorted();
}

/** What ran from the guard's entry to its answer. */
let files: readonly string[] = [];

class MeasuredGuard extends JwtAuthGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    let answer = false;
    files = await filesRunning(async () => (answer = await super.canActivate(context)));
    return answer;
  }
}

@Controller()
class MeasuredController {
  @Get('measured')
  @UseGuards(MeasuredGuard)
  list(): string {
    return 'let in';
  }
}

describe('docs/request-path.md, “How many files a token crosses”', () => {
  let issuer: TestIssuer;
  let application: TestApplication;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const issuers = [{ issuer: issuer.issuer, audience: AUDIENCE }];
    application = await startApplication(
      { issuers, warmUp: true },
      { controllers: [MeasuredController] },
    );
    const status = () => application.app.get(TrustedIssuers).status();
    await eventually(() => expect(status()).toMatchObject([{ state: 'fresh' }]));
  });

  afterAll(() => Promise.all([application.close(), issuer.close()]));

  it('a first good token, whose keys were fetched: no more than the page says', async () => {
    const answer = await application.get('/measured', issuer.token({ audience: AUDIENCE }));
    expect(answer.text).toBe('let in');
    const [, stated] = /at most (\d+) files/.exec(readMarkdown('docs/request-path.md')) ?? [];
    const most = Number(stated);
    const crossed = files.filter((file) => /^core\/(?!jose|util)/.test(file));
    // Their names are in the message where they are too many.
    expect(crossed.slice(0, most)).toEqual(crossed);
    // The number on the page is not far from the truth.
    expect(crossed.length).toBeGreaterThan(most - 5);
  });
});
