import { afterEach, describe, expect, it } from '@jest/globals';
import { Agent, createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { requestOnce } from '../../../../src/core/keys/http-client.js';
import { Deadline } from '../../../../src/core/util/clock.js';
import { PrivateAddressCheck } from '../../../../src/core/keys/private-address-check.js';
import { closeServer, listenOnLoopback } from '../../../support/loopback.js';

interface Asked extends Pick<IncomingMessage, 'method' | 'url' | 'headers'> {
  readonly body: string;
}

describe('The client for key servers', () => {
  const open: (() => Promise<unknown> | void)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  /** A server that answers like this, its port, and what was asked of it. */
  async function serving(listener: RequestListener = (_request, response) => response.end('{}')) {
    const asked: Asked[] = [];
    const server = createServer((request, response) => {
      void (async () => {
        const { method, url, headers } = request;
        asked.push({ method, url, headers, body: await bodyOf(request) });
        listener(request, response);
      })();
    });
    const port = await listenOnLoopback(server);
    open.push(() => closeServer(server));
    return { server, asked, port, url: `http://127.0.0.1:${port}/jwks?a=b` };
  }

  const terms = (more: Partial<Parameters<typeof requestOnce>[1]> = {}) => ({
    headers: {},
    deadline: new Deadline(),
    maxBytes: 1_000,
    ...more,
  });
  const get = (url: string, more: Parameters<typeof terms>[0] = {}) =>
    requestOnce(url, terms(more), undefined);

  it('gets an address by GET, uncompressed, and says who asks', async () => {
    const { asked, url, port } = await serving();
    const response = await get(url, { headers: { 'x-key': 'k', 'user-agent': 'me' } });
    expect([response.status, response.reached, response.isProxied]).toEqual([
      200,
      'loopback',
      false,
    ]);
    expect(await text(response)).toBe('{}');
    await get(url);
    expect(asked).toMatchObject([
      {
        method: 'GET',
        url: '/jwks?a=b',
        body: '',
        headers: { host: `127.0.0.1:${port}`, 'accept-encoding': 'identity', 'x-key': 'k' },
      },
      { headers: { 'user-agent': 'nestjs-trusted-issuers' } },
    ]);
    expect(asked[0]?.headers['user-agent']).toBe('me');
    expect(asked[0]?.headers).not.toHaveProperty('content-length');
  });

  it('posts a body, whose length it says', async () => {
    const { asked, url } = await serving();
    await get(url, { body: 'tökén' });
    expect(asked).toMatchObject([
      { method: 'POST', body: 'tökén', headers: { 'content-length': '7' } },
    ]);
    expect(asked[0]?.headers).not.toHaveProperty('transfer-encoding');
  });

  it('gives status and headers of any answer, redirects among them', async () => {
    const { url } = await serving((_request, response) =>
      response.writeHead(302, { Location: '/b', 'set-cookie': ['a', 'b'], 'x-empty': '' }).end(),
    );
    const { status, headers } = await get(url);
    expect([status, headers.get('LOCATION'), headers.get('set-cookie')]).toEqual([
      ...[302, '/b', 'a, b'],
    ]);
    expect([headers.get('x-empty'), headers.get('x-none')]).toEqual([null, null]);
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    [' GZip ', gzipSync],
    ['identity', Buffer.from],
    ['constructor', Buffer.from],
  ])('reads a body that is coded as %j', async (coding, encode) => {
    const { url } = await serving((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(encode(Buffer.from('a body'))),
    );
    expect(await text(await get(url))).toBe('a body');
  });

  it('bounds what comes before it is unpacked', async () => {
    const body = gzipSync('0123456789'.repeat(300));
    const { url } = await serving((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(body),
    );
    await expect(get(url, { maxBytes: body.length - 1 }).then(text)).rejects.toThrow(
      `more than ${body.length - 1} bytes`,
    );
    expect(await get(url, { maxBytes: body.length }).then(text)).toHaveLength(3_000);
  });

  it('fails where a body is not coded as it says, or ends too early', async () => {
    const broken = await serving((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'),
    );
    await expect(get(broken.url).then(text)).rejects.toMatchObject({ code: 'Z_DATA_ERROR' });
    const cut = await serving((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{', () => response.destroy());
    });
    await expect(get(cut.url).then(text)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('fails where nothing listens, and when it is told to stop', async () => {
    const { server, url } = await serving();
    await closeServer(server);
    await expect(get(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const { url: hanging } = await serving(() => {});
    const deadline = new Deadline();
    const asked = get(hanging, { deadline });
    deadline.pass();
    await expect(asked).rejects.toThrow('the answer is no longer waited for');
  });

  it('a guard is asked of an address before anything is sent, and of a name', async () => {
    const { asked, url, port } = await serving();
    const guard = new PrivateAddressCheck('public');
    for (const each of [url, `http://localhost:${port}/`])
      await expect(requestOnce(each, terms(), guard)).rejects.toThrow('has a loopback address');
    expect(asked).toEqual([]);
    const own = new PrivateAddressCheck('loopback');
    expect((await requestOnce(`http://localhost:${port}/`, terms(), own)).reached).toBe('loopback');
  });

  it('an https: address is asked over TLS alone', async () => {
    const { asked, url } = await serving();
    await expect(get(url.replace('http:', 'https:'))).rejects.toMatchObject({ code: 'EPROTO' });
    expect(asked).toEqual([]);
  });

  it('uses a connection of its own', async () => {
    const { server, url } = await serving();
    let connections = 0;
    server.on('connection', () => (connections += 1));
    for (let call = 0; call < 2; call++) await text(await get(url));
    expect(connections).toBe(2);
  });

  describe('with connections that are kept', () => {
    /** Connections of the caller, and for what they were asked. */
    function kept(agent: Agent) {
      open.push(() => agent.destroy());
      const asked: [string, boolean][] = [];
      const connections = {
        agentFor(protocol: string, isGuarded: boolean): Agent {
          asked.push([protocol, isGuarded]);
          return agent;
        },
      };
      return { asked, connections };
    }

    it('uses them, those for guarded requests apart', async () => {
      const { server, url } = await serving();
      let made = 0;
      server.on('connection', () => (made += 1));
      const { asked, connections } = kept(new Agent({ keepAlive: true }));
      for (let call = 0; call < 2; call++) {
        const response = await get(url, { connections });
        expect(response).toMatchObject({ reached: 'loopback', isProxied: false });
        await text(response);
        await new Promise(setImmediate);
      }
      await requestOnce(url, terms({ connections }), new PrivateAddressCheck('loopback')).then(
        text,
      );
      expect(asked).toEqual([
        ['http:', false],
        ['http:', false],
        ['http:', true],
      ]);
      expect(made).toBeLessThan(3);
    });

    it.each([undefined, 'a body'])(
      'asks again where the server closed one just then (body: %j)',
      async (body) => {
        let calls = 0;
        const { asked, url } = await serving((request, response) => {
          calls += 1;
          if (calls === 2) request.socket.destroy();
          else response.end('{}');
        });
        const { connections } = kept(new Agent({ keepAlive: true, maxSockets: 1 }));
        const sent = {
          connections,
          headers: { 'x-key': 'k' },
          ...(body !== undefined && { body }),
        };
        await text(await get(url, sent));
        await new Promise(setImmediate);
        expect(await text(await get(url, sent))).toBe('{}');
        expect(asked).toHaveLength(3);
        expect(asked[2]).toMatchObject({
          method: body === undefined ? 'GET' : 'POST',
          body: body ?? '',
          headers: { 'x-key': 'k', connection: 'close' },
        });
      },
    );

    it('does not ask again where a new connection is closed', async () => {
      const { asked, url } = await serving((request) => request.socket.destroy());
      const { connections } = kept(new Agent({ keepAlive: true }));
      await expect(get(url, { connections })).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(asked).toHaveLength(1);
    });

    it('nor where the answer has begun on a kept one, and breaks off', async () => {
      let calls = 0;
      let reset = (): void => {};
      const { asked, url } = await serving(({ socket }, response) => {
        calls += 1;
        if (calls !== 2) return void response.end('{}');
        response.writeHead(200, { 'content-length': '1000' }).write('{');
        reset = () => socket.resetAndDestroy();
      });
      const { connections } = kept(new Agent({ keepAlive: true, maxSockets: 1 }));
      await text(await get(url, { connections }));
      await new Promise(setImmediate);
      const broken = await get(url, { connections });
      reset();
      await expect(text(broken)).rejects.toMatchObject({ code: 'ECONNRESET' });
      await text(await get(url, { connections }));
      expect(asked).toHaveLength(3);
    });

    it('nor where the answer is no HTTP', async () => {
      let calls = 0;
      const { asked, url } = await serving((request, response) => {
        calls += 1;
        if (calls === 2) request.socket.end('junk\r\n\r\n');
        else response.end('{}');
      });
      const { connections } = kept(new Agent({ keepAlive: true, maxSockets: 1 }));
      await text(await get(url, { connections }));
      await new Promise(setImmediate);
      await expect(get(url, { connections })).rejects.toMatchObject({
        code: expect.stringContaining('HPE_'),
      });
      expect(asked).toHaveLength(2);
    });

    it('nor when it was told to stop, though the connection was used before', async () => {
      let calls = 0;
      const { asked, url } = await serving((_request, response) => {
        calls += 1;
        if (calls === 1) response.end('{}');
      });
      const { connections } = kept(new Agent({ keepAlive: true, maxSockets: 1 }));
      await text(await get(url, { connections }));
      await new Promise(setImmediate);
      const deadline = new Deadline();
      const second = get(url, { connections, deadline });
      setImmediate(() => deadline.pass());
      await expect(second).rejects.toThrow('the answer is no longer waited for');
      expect(asked.length).toBeLessThanOrEqual(2);
    });

    it('tells what came through a proxy: it neither looked the host up nor reached its address', async () => {
      const { port } = await serving();
      // Connects to this server, whatever host is asked for, as the agent of a proxy does.
      const toProxy = new Agent();
      (toProxy as { createConnection: unknown }).createConnection = () =>
        connect(port, '127.0.0.1');
      const { connections } = kept(toProxy);
      for (const host of ['issuer.example', '10.0.0.1', '[::1]'])
        expect(await get(`http://${host}/`, { connections })).toMatchObject({
          reached: 'public',
          isProxied: true,
        });
      expect(await get('http://127.0.0.1/', { connections })).toMatchObject({ isProxied: false });
    });

    it('an IPv6 address is reached directly where it is the one that answers', async () => {
      const { port } = await serving();
      const byIpv6 = new Agent();
      (byIpv6 as { createConnection: unknown }).createConnection = () =>
        Object.defineProperty(connect(port, '127.0.0.1'), 'remoteAddress', { value: '::1' });
      const { connections } = kept(byIpv6);
      expect(await get('http://[::1]/', { connections })).toMatchObject({
        reached: 'loopback',
        isProxied: false,
      });
    });

    it('a name that is looked up is reached directly', async () => {
      const { port } = await serving();
      const { connections } = kept(new Agent());
      expect(await get(`http://localhost:${port}/`, { connections })).toMatchObject({
        reached: 'loopback',
        isProxied: false,
      });
    });

    it('the name of a proxy that is looked up is not the host', async () => {
      const { port } = await serving();
      const toProxy = new Agent();
      const createConnection = toProxy.createConnection.bind(toProxy);
      toProxy.createConnection = (options, callback) =>
        createConnection({ ...options, host: 'localhost', port }, callback);
      const { connections } = kept(toProxy);
      expect(await get('http://issuer.example/', { connections })).toMatchObject({
        reached: 'public',
        isProxied: true,
      });
    });
  });
});

async function bodyOf(request: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function text({ body }: { readonly body: AsyncIterable<Uint8Array> | null }): Promise<string> {
  return bodyOf(body ?? (async function* () {})());
}
