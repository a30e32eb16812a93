import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import {
  createServer,
  get,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { HttpFetch, HttpResponse } from 'nestjs-trusted-issuers';
import { DEFAULTS } from '../../../../src/config/defaults.js';
import { fetchJson } from '../../../../src/core/keys/json-fetcher.js';
import { Deadline } from '../../../../src/core/util/clock.js';
import {
  discard,
  fetchText,
  readBody,
  shownAddress,
} from '../../../../src/core/keys/text-fetcher.js';

const URL_ASKED = 'https://keys.example/a?code=hush';
const deadline = new Deadline();

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks?: readonly string[] | null;
}

/** A web of these answers: what was asked of it, and how many bodies were left unread. */
function web(answers: Readonly<Record<string, Answer>>) {
  const asked: [string, Parameters<HttpFetch>[1]][] = [];
  const discarded: string[] = [];
  const fetch: HttpFetch = async (url, init) => {
    asked.push([url, init]);
    const { status = 200, headers, chunks = ['text'] } = answers[url] ?? { status: 404 };
    return { status, headers: new Headers(headers), body: chunks && bodyOf(url, chunks) };
  };
  const bodyOf = (url: string, chunks: readonly string[]): AsyncIterable<Uint8Array> => ({
    [Symbol.asyncIterator]: () => {
      const left = chunks.map((chunk) => Buffer.from(chunk, 'latin1'));
      return {
        next: async () => {
          const value = left.shift();
          return value ? { done: false, value } : { done: true, value: undefined };
        },
        return: async () => {
          discarded.push(url);
          return { done: true, value: undefined };
        },
      };
    },
  });
  const http = { ...DEFAULTS.http, maxBytes: 8, headers: { 'x-key': 'k' }, fetch };
  return { asked, discarded, http, urls: () => asked.map(([url]) => url) };
}

const redirect = (location: string, status = 302): Answer => ({ status, headers: { location } });

describe('A text from a server', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    server?.closeAllConnections();
  });
  const serving = async (answer: RequestListener): Promise<string> => {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };
  const http = { ...DEFAULTS.http, allowInsecure: true, maxBytes: 8 };

  it('may come in pieces, up to its bound', async () => {
    const url = await serving((_request, response) => {
      response.write('1234');
      setImmediate(() => response.end('5678'));
    });
    expect((await fetchText(url, http, deadline)).text).toBe('12345678');
  });

  it('that has no end is cut off at its bound', async () => {
    let closed: Promise<unknown> | undefined;
    const url = await serving((_request, response) => {
      closed = once(response, 'close');
      response.write('123456789');
    });
    const reason = { cause: { message: 'more than 8 bytes' } };
    await expect(fetchText(url, http, deadline)).rejects.toMatchObject(reason);
    await closed;
  });

  it('that breaks off in its middle is none, without a wait for the deadline', async () => {
    const url = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': 8 });
      response.write('1234', () => response.destroy());
    });
    const reason = { cause: { code: 'ECONNRESET' } };
    await expect(fetchText(url, http, deadline)).rejects.toMatchObject(reason);
  });

  it.each<[how: string, headers: OutgoingHttpHeaders, begin: Uint8Array]>([
    ['plain', {}, Buffer.from('12345678')],
    ['compressed', { 'content-encoding': 'gzip' }, gzipSync('12345678').subarray(0, 8)],
  ])(
    'behind a redirect whose own body has no end leaves that one (%s)',
    async (_how, headers, begin) => {
      let closed: Promise<unknown> | undefined;
      const url = await serving((request, response) => {
        if (request.url === '/b') return void response.end('text');
        closed = once(response, 'close');
        response.writeHead(302, { ...headers, location: '/b' }).write(begin);
      });
      expect((await fetchText(url, http, deadline)).text).toBe('text');
      await closed;
    },
  );
});

describe('A body that a fetch of the application took from Node’s own client', () => {
  const url = 'http://127.0.0.1/';
  const server = createServer((_request, response) => response.end('text'));
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });
  const taken = async (before: (body: IncomingMessage) => unknown): Promise<HttpResponse> => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const [body] = (await once(get({ port }), 'response')) as [IncomingMessage];
    await before(body);
    return { status: 200, headers: new Headers(), body };
  };
  const reading = async (before: (body: IncomingMessage) => unknown): Promise<string> => {
    const response = await taken(before);
    const http = { ...DEFAULTS.http, fetch: async () => response };
    return (await fetchText(url, http, deadline)).text;
  };

  it('is read', async () => {
    expect(await reading(() => {})).toBe('text');
  });

  it('is none where it comes as text: its bytes can’t be counted', async () => {
    await expect(reading((body) => body.setEncoding('utf8'))).rejects.toMatchObject({
      cause: { message: 'its body does not come as bytes' },
    });
  });

  it('is none, without a wait for the deadline, where it was ended before', async () => {
    await expect(reading((body) => once(body.destroy(), 'close'))).rejects.toMatchObject({
      cause: { code: 'ERR_STREAM_PREMATURE_CLOSE' },
    });
  });
});

describe('A text that is fetched', () => {
  it('is asked for with the headers of the issuer, and redirects are left to us', async () => {
    const { asked, http } = web({ [URL_ASKED]: {} });
    const { text, response } = await fetchText(URL_ASKED, http, deadline);
    expect([text, response.headers.get('x-none')]).toEqual(['text', null]);
    expect(asked).toEqual([
      [
        URL_ASKED,
        {
          method: 'GET',
          headers: { accept: expect.stringContaining('application/json'), 'x-key': 'k' },
          redirect: 'manual',
          signal: deadline.signal,
        },
      ],
    ]);
    expect(asked[0]?.[1]).not.toHaveProperty('body');
  });

  it('may come in pieces, and begin with a byte order mark', async () => {
    const { http } = web({ [URL_ASKED]: { chunks: ['\xef\xbb\xbfk\xc3', '\xb6y'] } });
    expect((await fetchText(URL_ASKED, http, deadline)).text).toBe('köy');
  });

  it('may be empty, or have no body at all', async () => {
    for (const chunks of [[], null]) {
      const { http } = web({ [URL_ASKED]: { chunks } });
      expect((await fetchText(URL_ASKED, http, deadline)).text).toBe('');
    }
  });

  it.each([201, 204, 304, 404, 500])(
    'is none with status %d, and its body is left',
    async (status) => {
      const { discarded, http } = web({ [URL_ASKED]: { status } });
      await expect(fetchText(URL_ASKED, http, deadline)).rejects.toMatchObject({
        message: 'https://keys.example/a cannot be read',
        cause: { message: `status ${status}`, status },
      });
      expect(discarded).toEqual([URL_ASKED]);
    },
  );

  it('is bounded, whether or not it says how long it is', async () => {
    const whole = web({
      [URL_ASKED]: { chunks: ['1234', '5678'], headers: { 'content-length': '8' } },
    });
    expect((await fetchText(URL_ASKED, whole.http, deadline)).text).toBe('12345678');
    for (const answer of [
      { chunks: ['1234', '56789'] },
      { chunks: ['1234'], headers: { 'content-length': '9' } },
    ]) {
      const { discarded, http } = web({ [URL_ASKED]: answer });
      await expect(fetchText(URL_ASKED, http, deadline)).rejects.toMatchObject({
        cause: { message: 'more than 8 bytes' },
      });
      expect(discarded).toEqual([URL_ASKED]);
    }
  });

  it('that can’t be fetched is named without the query of its address', async () => {
    const cause = new Error('down');
    const http = { ...web({}).http, fetch: () => Promise.reject(cause) };
    await expect(fetchText(URL_ASKED, http, deadline)).rejects.toMatchObject({
      message: 'https://keys.example/a cannot be read',
      cause,
    });
  });
});

describe('A redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    'with status %d is followed within the origin',
    async (status) => {
      const { http, urls, discarded } = web({
        [URL_ASKED]: redirect('/b?c=d#e', status),
        'https://keys.example/b?c=d': {},
      });
      expect((await fetchText(URL_ASKED, http, deadline)).text).toBe('text');
      expect(urls()).toEqual([URL_ASKED, 'https://keys.example/b?c=d']);
      expect(discarded).toEqual([URL_ASKED]);
    },
  );

  it.each([
    ['to another host', 'https://evil.example/a'],
    ['to another port', 'https://keys.example:8443/a'],
    ['to another scheme', 'http://keys.example/a'],
    ['that can’t be read', 'https://'],
  ])('%s is not followed', async (_where, location) => {
    const { http, urls } = web({ [URL_ASKED]: redirect(location), [location]: {} });
    await expect(fetchText(URL_ASKED, http, deadline)).rejects.toMatchObject({
      cause: { message: 'status 302' },
    });
    expect(urls()).toEqual([URL_ASKED]);
  });

  it('without a location, or a location without a redirect, leads nowhere', async () => {
    const none = web({ [URL_ASKED]: { status: 302 } });
    await expect(fetchText(URL_ASKED, none.http, deadline)).rejects.toThrow('cannot be read');
    const read = web({ [URL_ASKED]: { headers: { location: '/b' } } });
    expect((await fetchText(URL_ASKED, read.http, deadline)).text).toBe('text');
    const created = web({ [URL_ASKED]: redirect('/b', 201) });
    await expect(fetchText(URL_ASKED, created.http, deadline)).rejects.toThrow('cannot be read');
    for (const { urls } of [none, read, created]) expect(urls()).toEqual([URL_ASKED]);
  });

  it('leads to a third one, and no further', async () => {
    const at = (step: number) => `https://keys.example/${step}`;
    const chain = (steps: number) =>
      web({
        [URL_ASKED]: redirect('/1'),
        ...Object.fromEntries(
          Array.from({ length: steps - 1 }, (_, step) => [at(step + 1), redirect(at(step + 2))]),
        ),
        [at(steps)]: {},
      });
    expect((await fetchText(URL_ASKED, chain(3).http, deadline)).text).toBe('text');
    const { http, urls } = chain(4);
    await expect(fetchText(URL_ASKED, http, deadline)).rejects.toMatchObject({
      cause: { message: 'status 302' },
    });
    expect(urls()).toEqual([URL_ASKED, at(1), at(2), at(3)]);
  });

  it('has its headers asked for again', async () => {
    const { http } = web({ [URL_ASKED]: redirect('/b'), 'https://keys.example/b': {} });
    const asked: string[] = [];
    const headers = (url: string) => {
      asked.push(url);
      return {};
    };
    await fetchText(URL_ASKED, { ...http, headers }, deadline);
    expect(asked).toEqual([URL_ASKED, 'https://keys.example/b']);
  });
});

describe('A JSON document that is fetched', () => {
  it('comes with its response', async () => {
    const { http } = web({ [URL_ASKED]: { chunks: ['{"a":1}'], headers: { age: '5' } } });
    const { json, response } = await fetchJson(URL_ASKED, http, deadline);
    expect([json, response.headers.get('age')]).toEqual([{ a: 1 }, '5']);
  });

  it('is none where it can’t be parsed, and what it was is not repeated', async () => {
    const { http } = web({ [URL_ASKED]: { chunks: ['{hush'] } });
    await expect(fetchJson(URL_ASKED, http, deadline)).rejects.toThrow(
      new Error('https://keys.example/a did not answer with JSON'),
    );
  });
});

describe('What is shown and left of an answer', () => {
  it('an address is shown without its query, and up to 200 characters', () => {
    const base = 'https://keys.example/';
    expect(shownAddress(`${base}a?code=hush#b`)).toBe(`${base}a`);
    const long = base + 'a'.repeat(200 - base.length);
    expect(shownAddress(long)).toBe(long);
    expect(shownAddress(`${long}b`)).toBe(`${long}…`);
  });

  it('a body that is not there, or can’t be left early, is left all the same', async () => {
    const response = (body: unknown) =>
      ({ status: 200, headers: new Headers(), body }) as HttpResponse;
    await discard(response(null));
    await discard(response({ [Symbol.asyncIterator]: () => ({ next() {} }) }));
    expect(await readBody(response(null), 8)).toBe('');
  });
});
