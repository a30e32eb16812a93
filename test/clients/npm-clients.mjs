// Clients of npm, each with its defaults unless its name says otherwise. Runs in a folder where they are
// installed. Each call gives what came of it, and the challenge from where the client keeps it.
import { createPipelineRequest, createPipelineFromOptions } from '@azure/core-rest-pipeline';
import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client';
import axios from 'axios';
import createAuthRefresh from 'axios-auth-refresh';
import axiosRetry from 'axios-retry';
import fetchRetry from 'fetch-retry';
import { Gaxios } from 'gaxios';
import got from 'got';
import ky from 'ky';
import nodeFetch from 'node-fetch';
import * as oauth from 'oauth4webapi';
import { ofetch } from 'ofetch';
import * as rax from 'retry-axios';
import superagent from 'superagent';
import * as undici from 'undici';

const headersOf = (token) => ({ Authorization: `Bearer ${token}` });
const returned = (status, challenge) => ({ outcome: 'returned', status, challenge });
const thrown = (name, status, challenge) => ({ outcome: `throws \`${name}\``, status, challenge });

const byFetch = (fetchLike) => async (url, token, method) => {
  const response = await fetchLike(url, { method, headers: headersOf(token) });
  return returned(response.status, response.headers.get('www-authenticate'));
};

const byUndici = (dispatcher) => async (url, token, method) => {
  try {
    const { statusCode, headers } = await undici.request(url, {
      method,
      headers: headersOf(token),
      dispatcher,
    });
    return returned(statusCode, headers['www-authenticate']);
  } catch (error) {
    return thrown(error.name, error.statusCode, error.headers?.['www-authenticate']);
  }
};

const byAxios = (client) => async (url, token, method) => {
  try {
    const { status, headers } = await client.request({ url, method, headers: headersOf(token) });
    return returned(status, headers['www-authenticate']);
  } catch (error) {
    return thrown(error.name, error.response?.status, error.response?.headers['www-authenticate']);
  }
};

/** Throws an error with a Fetch response. */
const byFetchError = (call) => async (url, token, method) => {
  try {
    const response = await call(url, { method, headers: headersOf(token) });
    return returned(response.status, response.headers?.get('www-authenticate'));
  } catch (error) {
    return thrown(
      error.name,
      error.response?.status,
      error.response?.headers.get('www-authenticate'),
    );
  }
};

function retrying(attach) {
  const client = axios.create();
  attach(client);
  return client;
}

async function bySuperagent(url, token, method, retries) {
  let call = superagent(method, url).set(headersOf(token));
  if (retries !== undefined) call = call.retry(retries);
  try {
    const { status, headers } = await call;
    return returned(status, headers['www-authenticate']);
  } catch (error) {
    return thrown(error.name, error.status, error.response?.headers['www-authenticate']);
  }
}

async function byGot(url, token, method) {
  try {
    const { statusCode, headers } = await got(url, { method, headers: headersOf(token) });
    return returned(statusCode, headers['www-authenticate']);
  } catch (error) {
    return thrown(
      error.name,
      error.response?.statusCode,
      error.response?.headers['www-authenticate'],
    );
  }
}

async function byAzure(url, token, method) {
  const pipeline = createPipelineFromOptions({});
  const request = createPipelineRequest({ url, method, allowInsecureConnection: true });
  request.headers.set('Authorization', `Bearer ${token}`);
  const { status, headers } = await pipeline.sendRequest(createDefaultHttpClient(), request);
  return returned(status, headers.get('www-authenticate') ?? null);
}

async function byOauth4webapi(url, token, method) {
  const allow = { [oauth.allowInsecureRequests]: true };
  try {
    const { status } = await oauth.protectedResourceRequest(
      token,
      method,
      new URL(url),
      undefined,
      null,
      allow,
    );
    return returned(status, null);
  } catch (error) {
    return thrown(
      error.name,
      error.response?.status,
      error.response?.headers.get('www-authenticate'),
    );
  }
}

async function byOauth2Fetch(url, token, method) {
  const client = new OAuth2Client({ clientId: 'a', server: 'http://127.0.0.1:1' });
  const fetcher = new OAuth2Fetch({
    client,
    getNewToken: () => ({ accessToken: token, refreshToken: null, expiresAt: null }),
  });
  const response = await fetcher.fetch(url, { method });
  return returned(response.status, response.headers.get('www-authenticate'));
}

/** [the name in the table, the package whose version is said, the call, where the challenge is] */
export const NPM_CLIENTS = [
  ['`fetch` of Node.js', undefined, byFetch(fetch), "`response.headers.get('www-authenticate')`"],
  ['undici `request`', 'undici', byUndici(undefined), "`headers['www-authenticate']`"],
  [
    'undici `RetryAgent`',
    'undici',
    byUndici(new undici.RetryAgent(new undici.Agent())),
    '`error.headers`',
  ],
  ['node-fetch', 'node-fetch', byFetch(nodeFetch), 'as `fetch`'],
  ['axios', 'axios', byAxios(axios.create()), "`error.response.headers['www-authenticate']`"],
  ['axios-retry', 'axios-retry', byAxios(retrying((client) => axiosRetry(client))), 'as axios'],
  ['retry-axios', 'retry-axios', byAxios(retrying((client) => rax.attach(client))), 'as axios'],
  [
    'axios-auth-refresh',
    'axios-auth-refresh',
    byAxios(retrying((client) => createAuthRefresh(client, () => Promise.resolve()))),
    'as axios',
  ],
  ['got', 'got', byGot, "`error.response.headers['www-authenticate']`"],
  ['ky', 'ky', byFetchError((url, options) => ky(url, options)), '`error.response.headers.get`'],
  [
    'ofetch',
    'ofetch',
    byFetchError((url, options) => ofetch.raw(url, options)),
    '`error.response.headers.get`',
  ],
  [
    'superagent',
    'superagent',
    (url, token, method) => bySuperagent(url, token, method),
    "`error.response.headers['www-authenticate']`",
  ],
  [
    'superagent `.retry(2)`',
    'superagent',
    (url, token, method) => bySuperagent(url, token, method, 2),
    'as superagent',
  ],
  ['fetch-retry', 'fetch-retry', byFetch(fetchRetry(fetch)), 'as `fetch`'],
  [
    'gaxios',
    'gaxios',
    byFetchError((url, options) => new Gaxios().request({ url, ...options })),
    '`error.response.headers.get`',
  ],
  [
    'gaxios `retry: true`',
    'gaxios',
    byFetchError((url, options) => new Gaxios().request({ url, ...options, retry: true })),
    'as gaxios',
  ],
  ['@azure/core-rest-pipeline', '@azure/core-rest-pipeline', byAzure, '`response.headers.get`'],
  [
    'oauth4webapi',
    'oauth4webapi',
    byOauth4webapi,
    '`error.response.headers.get`, parsed in `error.cause`',
  ],
  ['@badgateway/oauth2-client', '@badgateway/oauth2-client', byOauth2Fetch, 'as `fetch`'],
];
