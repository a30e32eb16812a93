// NODE_USE_ENV_PROXY=1, which Node.js knows from 22.21 and 24.5 on: keys come through the proxy of the
// environment where the configuration says where they are. Elsewhere a failure says what to do.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, globalAgent } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTestIssuer } from '../../dist/esm/testing.js';
import { ROOT, run, temporaryFolder } from './steps.mjs';

const APPLICATION = fileURLToPath(new URL('environment-proxy/application.mjs', import.meta.url));
const IS_KNOWN = 'proxyEnv' in globalAgent.options;
const UNKNOWN = /NODE_USE_ENV_PROXY is set, and Node\.js v\S+ does not support it: .*http\.fetch/;
/** Names that only the proxy knows. */
const [LOGIN, KEYS] = ['login.example.test', 'keys.example.test'];

describe(`The proxy of the environment, on Node.js ${process.version}`, () => {
  /** What each host answers by path, and what was asked for: of the proxy, and of the server directly. */
  const documents = new Map();
  const [proxied, direct] = [[], []];
  let issuer, server, secure, proxy, certificate;

  before(async () => {
    issuer = await createTestIssuer();
    const folder = temporaryFolder();
    const key = join(folder, 'key.pem');
    certificate = join(folder, 'ca.pem');
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate],
        ...['-days', '2', '-subj', `/CN=${LOGIN}`, '-addext', `subjectAltName=DNS:${LOGIN}`],
      ],
      { stdio: 'ignore' },
    );
    server = createServer((request, response) => {
      direct.push(request.url);
      answer(`http://127.0.0.1:${portOf(server)}${request.url}`, response);
    });
    const pair = { key: readFileSync(key), cert: readFileSync(certificate) };
    secure = createTlsServer(pair, (request, response) =>
      answer(`https://${LOGIN}${request.url}`, response),
    );
    proxy = createServer((request, response) => {
      proxied.push(request.url);
      answer(request.url, response);
    }).on('connect', ({ url }, socket) => {
      proxied.push(url);
      const onwards = connect(portOf(secure), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(onwards).pipe(socket);
      });
      for (const end of [socket, onwards]) end.on('error', () => end.destroy());
    });
    for (const each of [server, secure, proxy])
      await once(each.listen(0, '127.0.0.1'), 'listening');
  });
  beforeEach(() => {
    documents.clear();
    proxied.length = 0;
    direct.length = 0;
  });
  after(async () => {
    for (const each of [server, secure, proxy]) each.close();
    await issuer.close();
  });

  for (const adapter of ['Express', 'Fastify'])
    it(`is asked for a configured address, on ${adapter}`, async () => {
      const jwksUri = `http://${LOGIN}/jwks`;
      documents.set(jwksUri, issuer.jwks);
      const { status, errors } = await call({ keys: { jwksUri } }, { adapter });
      if (!IS_KNOWN) return assertUnknown(status, errors);
      assert.deepEqual([status, proxied], [200, [jwksUri]]);
    });

  it('is asked for the keys where it was asked for the metadata', async () => {
    const origin = `https://${LOGIN}`;
    documents.set(`${origin}/.well-known/openid-configuration`, {
      issuer: origin,
      jwks_uri: `${origin}/jwks`,
    });
    documents.set(`${origin}/jwks`, issuer.jwks);
    const { status, errors } = await call({ issuer: origin, keys: undefined });
    if (!IS_KNOWN) return assertUnknown(status, errors);
    assert.deepEqual([status, proxied], [200, [`${LOGIN}:443`, `${LOGIN}:443`]]);
  });

  it('is not asked for another host that the metadata names, and the failure says what to do', async () => {
    const { status, errors } = await leadingTo(`http://${KEYS}/jwks`);
    if (!IS_KNOWN) return assertUnknown(status, errors);
    assert.equal(status, 503);
    assert.match(
      errors.join(),
      /not asked for keys\.example\.test, .* name its address in keys\.jwksUri/,
    );
    assert.deepEqual(proxied, [`http://${LOGIN}/.well-known/openid-configuration`]);
  });

  it('opens no way to inner addresses that the metadata names', async () => {
    documents.set(`http://127.0.0.1:${portOf(server)}/jwks`, issuer.jwks);
    const { status, errors } = await leadingTo(`http://127.0.0.1:${portOf(server)}/jwks`);
    assert.deepEqual([status, direct], [503, []]);
    if (!IS_KNOWN) return assertUnknown(status, errors);
    assert.match(errors.join(), /127\.0\.0\.1 has a loopback address and the issuer has not/);
  });

  it('is not asked for what NO_PROXY names, which may have its keys where it is itself', async () => {
    const origin = `http://127.0.0.1:${portOf(server)}`;
    documents.set(`${origin}/.well-known/openid-configuration`, {
      issuer: origin,
      jwks_uri: `${origin}/jwks`,
    });
    documents.set(`${origin}/jwks`, issuer.jwks);
    const own = { issuer: origin, keys: undefined };
    const { status } = await call(own, { env: { NO_PROXY: '127.0.0.1' } });
    assert.deepEqual([status, proxied, direct.length], [200, [], 2]);
  });

  it('is not asked by an application that does not ask for it', async () => {
    const jwksUri = `http://127.0.0.1:${portOf(server)}/jwks`;
    documents.set(jwksUri, issuer.jwks);
    const { status } = await call({ keys: { jwksUri } }, { env: { NODE_USE_ENV_PROXY: '' } });
    assert.deepEqual([status, proxied, direct], [200, [], ['/jwks']]);
  });

  function leadingTo(jwksUri) {
    const origin = `http://${LOGIN}`;
    const metadata = { issuer: origin, jwks_uri: jwksUri };
    documents.set(`${origin}/.well-known/openid-configuration`, metadata);
    return call({ issuer: origin, keys: undefined });
  }

  async function call(own, { adapter = 'Express', env = {} } = {}) {
    const config = { ...issuer.config(), http: { allowInsecure: true }, ...own };
    const token = issuer.token({ claims: { iss: config.issuer } });
    const address = `http://127.0.0.1:${portOf(proxy)}`;
    const args = [APPLICATION, adapter, JSON.stringify(config), token];
    const { stdout } = await run(process.execPath, args, ROOT, {
      ...{ HTTP_PROXY: address, http_proxy: address, HTTPS_PROXY: address, https_proxy: address },
      ...{ NO_PROXY: '', no_proxy: '', NODE_USE_ENV_PROXY: '1', NODE_EXTRA_CA_CERTS: certificate },
      ...env,
    });
    return JSON.parse(stdout);
  }

  function answer(url, response) {
    const document = documents.get(url);
    response.statusCode = document === undefined ? 404 : 200;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(document));
  }

  function assertUnknown(status, errors) {
    assert.equal(status, 503);
    assert.match(errors.join(), UNKNOWN);
  }

  function portOf(listening) {
    return listening.address().port;
  }
});
