import { Controller, Get, UseGuards } from '@nestjs/common';
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  JwtAuthGuard,
  KeysUnavailableException,
  Public,
  RequireAuthentication,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { rmSync } from 'node:fs';
import { REFUSALS } from '../../src/core/refusals/refusal-table.js';
import { ADAPTERS, startApplication } from '../support/application.js';
import { opened } from '../support/opened.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const GENERATED = generatedFolder('clients');
const { keep } = opened();
afterAll(() => rmSync(GENERATED, { recursive: true }));

interface Demand {
  readonly acrValues?: string;
  readonly maxAge?: string;
}
type CallApi = (url: string, session: object) => Promise<Response>;

let outages = 0;

@UseGuards(JwtAuthGuard)
@Controller('calls')
class CallsController {
  @Get()
  get(): string {
    return 'in';
  }

  @RequireAuthentication({ acrValues: ['phr'], maxAgeSeconds: 60 })
  @Get('stronger')
  stronger(): string {
    return 'in';
  }

  /** Down for two calls. */
  @Public()
  @Get('down')
  down(): string {
    if (outages++ < 2) throw new KeysUnavailableException({ retryAfterSeconds: 0 });
    return 'in';
  }
}

describe.each(ADAPTERS)('callApi of docs/clients.md, on %s', (adapter) => {
  async function start(): Promise<{ issuer: TestIssuer; url: string; callApi: CallApi }> {
    const issuer = await createTestIssuer({ listen: false });
    const { url } = keep(
      await startApplication(
        { issuers: [issuer.config()] },
        { adapter, controllers: [CallsController] },
      ),
    );
    const blocks = blocksOf(readMarkdown('docs/clients.md'));
    const { callApi } = (await importBlock(blocks, GENERATED, 'call-api.ts')) as unknown as {
      callApi: CallApi;
    };
    return { issuer, url, callApi };
  }

  it('refreshes an expired token, once', async () => {
    const { issuer, url, callApi } = await start();
    let refreshes = 0;
    const session = (fresh: string): object => ({
      token: () => issuer.expiredToken(),
      refresh: () => Promise.resolve((refreshes++, fresh)),
    });
    const expired = await issuer.expiredToken();
    const token = (): string => expired;
    const good = await callApi(`${url}/calls`, { ...session(await issuer.token()), token });
    expect([good.status, refreshes]).toEqual([200, 1]);
    const bad = await callApi(`${url}/calls`, { ...session(expired), token });
    expect([bad.status, refreshes]).toEqual([401, 2]);
  });

  it('refreshes nothing where a new token is no help', async () => {
    const { issuer, url, callApi } = await start();
    const foreign = await issuer.token({ audience: 'another' });
    const { status } = await callApi(`${url}/calls`, { token: () => foreign });
    expect(status).toBe(401);
  });

  it('keeps the token while the API can’t check it, and waits', async () => {
    outages = 0;
    const { url, callApi } = await start();
    const { status } = await callApi(`${url}/calls/down`, { token: () => 'any' });
    expect([status, outages]).toEqual([200, 3]);
  });

  it('has the user log in as the challenge demands', async () => {
    const { issuer, url, callApi } = await start();
    const weak = await issuer.token();
    const now = Math.floor(Date.now() / 1_000);
    const strong = await issuer.token({ claims: { acr: 'phr', auth_time: now } });
    const demands: Demand[] = [];
    const { status } = await callApi(`${url}/calls/stronger`, {
      token: () => weak,
      stepUp: (demand: Demand) => Promise.resolve((demands.push(demand), strong)),
    });
    expect([status, demands]).toEqual([200, [{ acrValues: 'phr', maxAge: '60' }]]);
  });
});

describe('needsNewToken of docs/clients.md', () => {
  it('is true of the errors after which a new token helps, and of no others', async () => {
    const blocks = blocksOf(readMarkdown('docs/clients.md'));
    const { needsNewToken } = (await importBlock(blocks, GENERATED, 'graphql-refresh.ts')) as {
      needsNewToken?: (errors: readonly object[]) => boolean;
    };
    const codes = Object.keys(REFUSALS);
    const helped = codes.filter((code) => needsNewToken?.([{}, { extensions: { code } }]));
    expect(helped.toSorted()).toEqual(['token_expired', 'token_inactive']);
  });
});
