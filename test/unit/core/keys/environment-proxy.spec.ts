import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent as HttpAgent, globalAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DEFAULTS } from '../../../../src/config/defaults.js';
import {
  environmentAgent,
  keepingAgent,
  unknownProxyRemedy,
} from '../../../../src/core/keys/environment-proxy.js';
import { keySetAt } from '../../../../src/core/keys/key-set-loader.js';

const VARIABLE = 'NODE_USE_ENV_PROXY';
const proxyEnv = { HTTPS_PROXY: 'http://proxy.example:3128' };

describe('The proxy of the environment', () => {
  /** Its types leave them out. */
  const optionsOf = (agent: unknown) => agent as { options: { readonly proxyEnv?: unknown } };
  const { options } = optionsOf(globalAgent);
  const before = process.env[VARIABLE];
  /** As Node.js that knows such a proxy sets up its own agent; without one, or on older versions, it has none. */
  const globally = (given: unknown): void => void (optionsOf(globalAgent).options = given as never);
  const isAsked = (value: string | undefined): void => {
    if (value === undefined) delete process.env[VARIABLE];
    else process.env[VARIABLE] = value;
  };
  beforeEach(() => {
    globally({});
    isAsked(undefined);
  });
  afterEach(() => {
    globally(options);
    isAsked(before);
  });
  const proxyOf = (agent: unknown): unknown => optionsOf(agent).options.proxyEnv;

  it('is used by no agent where Node.js is not told to', () => {
    for (const given of [{}, { proxyEnv: undefined }, undefined, null]) {
      globally(given);
      expect(environmentAgent('https:')).toBeUndefined();
      expect(proxyOf(keepingAgent('https:', false, {}))).toBeUndefined();
    }
  });

  it('is used for each scheme as Node.js uses it', () => {
    globally({ proxyEnv });
    const [secure, plain] = [environmentAgent('https:'), environmentAgent('http:')];
    expect([secure, plain].map(proxyOf)).toEqual([proxyEnv, proxyEnv]);
    expect([secure, plain].map((agent) => agent instanceof HttpsAgent)).toEqual([true, false]);
    expect(plain).toBeInstanceOf(HttpAgent);
  });

  it('is used by agents that keep connections, unless these are for guarded requests', () => {
    globally({ proxyEnv });
    const agents = [false, true].map((isGuarded) =>
      keepingAgent('https:', isGuarded, { maxFreeSockets: 7 }),
    );
    expect(agents.map(proxyOf)).toEqual([proxyEnv, undefined]);
    for (const agent of agents) {
      expect(agent).toBeInstanceOf(HttpsAgent);
      expect(optionsOf(agent).options).toMatchObject({ keepAlive: true, maxFreeSockets: 7 });
    }
    expect(keepingAgent('http:', false, {})).not.toBeInstanceOf(HttpsAgent);
  });

  it('where this Node.js does not know it: says which does, and what else helps', () => {
    isAsked('1');
    expect(unknownProxyRemedy()).toBe(
      `NODE_USE_ENV_PROXY is set, and Node.js ${process.version} does not support it: use 22.21, 24.5 or later, or give the proxy as http.fetch`,
    );
  });

  it('where it is known, or not asked for, nothing is said', () => {
    isAsked('0');
    expect(unknownProxyRemedy()).toBeUndefined();
    isAsked(undefined);
    expect(unknownProxyRemedy()).toBeUndefined();
    isAsked('1');
    globally({ proxyEnv: undefined });
    expect(unknownProxyRemedy()).toBeUndefined();
  });

  it('a fetch of keys that fails says what helps, above why it failed', async () => {
    isAsked('1');
    const url = 'http://127.0.0.1:1/jwks';
    const load = (more = {}) =>
      keySetAt(url, { ...DEFAULTS.http, ...more })({ isForUnknownKey: false });
    await expect(load()).rejects.toMatchObject({
      message: unknownProxyRemedy(),
      cause: { message: `${url} cannot be read` },
    });
    // A function of the application knows its own proxy.
    await expect(load({ fetch: () => Promise.reject(new Error('down')) })).rejects.toThrow(
      `${url} cannot be read`,
    );
  });
});
