import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HttpFetch } from 'nestjs-trusted-issuers';
import { DEFAULTS } from '../../../../src/config/defaults.js';
import { PrivateAddressCheck } from '../../../../src/core/keys/private-address-check.js';
import { sendRequest } from '../../../../src/core/keys/send-request.js';
import { readBody } from '../../../../src/core/keys/text-fetcher.js';
import { Deadline } from '../../../../src/core/util/clock.js';
import { type KeyServer, startKeyServer } from '../../../support/key-server.js';

const deadline = new Deadline();
const headers = { 'x-key': 'k' };

describe('A request for an issuer', () => {
  let server: KeyServer;
  beforeEach(async () => {
    server = await startKeyServer({
      '/': ({ method, headers: sent }, response) =>
        void response.end(`${method} ${String(sent['x-key'])}`),
    });
  });
  afterEach(() => server.close());

  it('goes out by the built-in client, which asks the guard', async () => {
    const response = await sendRequest(
      server.origin,
      { headers, deadline },
      DEFAULTS.http,
      undefined,
    );
    expect(response.reached).toBe('loopback');
    expect(await readBody(response, 100)).toBe('GET k');
    const post = { headers, deadline, body: 'a=b' };
    const own = new PrivateAddressCheck('loopback');
    expect(await readBody(await sendRequest(server.origin, post, DEFAULTS.http, own), 100)).toBe(
      'POST k',
    );
    const guard = new PrivateAddressCheck('public');
    await expect(sendRequest(server.origin, post, DEFAULTS.http, guard)).rejects.toThrow(
      'has a loopback address',
    );
  });

  it('goes out by the function of the application where there is one', async () => {
    const asked: unknown[] = [];
    const fetch: HttpFetch = async (...args) => {
      asked.push(args);
      return { status: 204, headers: new Headers(), body: null };
    };
    const http = { ...DEFAULTS.http, fetch };
    const { origin } = server;
    expect(await sendRequest(origin, { headers, deadline }, http, undefined)).toMatchObject({
      status: 204,
    });
    await sendRequest(origin, { headers, deadline, body: 'a=b' }, http, undefined);
    expect(asked).toStrictEqual([
      [origin, { method: 'GET', headers, redirect: 'manual', signal: deadline.signal }],
      [
        origin,
        { method: 'POST', body: 'a=b', headers, redirect: 'manual', signal: deadline.signal },
      ],
    ]);
    expect(server.requests).toEqual([]);
  });
});
