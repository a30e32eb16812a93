import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuthModuleConfig, CertificateFormat, MtlsConfig } from 'nestjs-trusted-issuers';
import {
  createTestCertificate,
  createTestIssuer,
  type TestCertificate,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import { connect as connectHttp2 } from 'node:http2';
import {
  ADAPTERS,
  type ApplicationOptions,
  startApplication,
  type TestApplication,
} from '../support/application.js';
import type { HttpCall } from '../support/http.js';
import { httpsOf, overTls, type TlsClient, tlsClientOf } from '../support/tls-client.js';
import { unauthorizedBody } from '../support/unauthorized.js';

const SERVER = createTestCertificate({ commonName: 'api' });
const ALICE = createTestCertificate({ commonName: 'alice' });
const MALLORY = createTestCertificate({ commonName: 'mallory' });
const NOT_BOUND = {
  status: 401,
  json: unauthorizedBody('token_binding_invalid'),
};

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer();
});
afterAll(() => issuer.close());

const authorization = (token: string): { Authorization: string } => ({
  Authorization: `Bearer ${token}`,
});
const boundTo = (certificate: TestCertificate): { Authorization: string } =>
  authorization(issuer.token({ certificate }));

// RFC 8705 section 3.
describe.each(ADAPTERS)('A token that is bound to a certificate, over TLS on %s', (adapter) => {
  let application: TestApplication;
  const clients: TlsClient[] = [];

  beforeAll(async () => {
    application = await startApplication(
      {
        issuers: [issuer.config()],
        tokenSources: ['header', { cookie: 'session' }],
        mtls: { mode: 'allowed', certificate: 'connection' },
      },
      {
        adapter,
        ...overTls(adapter, SERVER),
      },
    );
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await application.close();
  });

  const clientWith = (certificate?: TestCertificate, maxVersion?: 'TLSv1.2'): TlsClient => {
    const client = tlsClientOf(httpsOf(application), SERVER, certificate, maxVersion);
    clients.push(client);
    return client;
  };

  it('is good from the client that has the certificate', async () => {
    expect(await clientWith(ALICE).get('/notes', boundTo(ALICE))).toMatchObject({ status: 200 });
  });

  it.each(['TLSv1.2', undefined] as const)(
    'also when the session is resumed, and when the token is remembered (%s)',
    async (version) => {
      const client = clientWith(ALICE, version);
      const headers = boundTo(ALICE);
      const answers = [];
      for (let times = 0; times < 3; times++) answers.push(await client.get('/notes', headers));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(answers.at(-1)?.isResumed).toBe(true);
    },
  );

  // RFC 8705 section 6.2.
  it('is good with a certificate that has expired and that no authority signed', async () => {
    const expired = createTestCertificate({ expiresInSeconds: -60 });
    const answer = await clientWith(expired).get('/notes', boundTo(expired));
    expect(answer).toMatchObject({ status: 200 });
  });

  it('is refused from another client, remembered or not', async () => {
    const headers = boundTo(ALICE);
    for (const client of [clientWith(MALLORY), clientWith()]) {
      expect(await client.get('/notes', headers)).toMatchObject(NOT_BOUND);
      expect(await clientWith(ALICE).get('/notes', headers)).toMatchObject({ status: 200 });
      expect(await client.get('/notes', headers)).toMatchObject(NOT_BOUND);
    }
  });

  it('is refused as any 401 is', async () => {
    const { challenge } = await clientWith(MALLORY).get('/notes', boundTo(ALICE));
    expect(challenge).toBe(
      'Bearer realm="api", error="invalid_token", error_description="Access token not bound to this caller"',
    );
  });

  it('is refused from elsewhere than Authorization', async () => {
    const cookie = { Cookie: `session=${issuer.token({ certificate: ALICE })}` };
    expect(await clientWith(ALICE).get('/notes', cookie)).toMatchObject(NOT_BOUND);
  });

  it.each([
    ['another hash', { 'x5t#S256': 'A'.repeat(43) }],
    ['no hash', { 'x5t#S256': '' }],
    ['padding', { 'x5t#S256': `${ALICE.thumbprint}=` }],
    ['a list', { 'x5t#S256': [ALICE.thumbprint] }],
    ['null', { 'x5t#S256': null }],
    ['a key besides, for which there is no proof', { 'x5t#S256': ALICE.thumbprint, jkt: 'x' }],
    ['SHA-1 alone', { x5t: ALICE.thumbprint }],
    ['nothing', {}],
  ])('is refused where cnf has %s', async (_what, cnf) => {
    const headers = authorization(issuer.token({ claims: { cnf } }));
    expect(await clientWith(ALICE).get('/notes', headers)).toMatchObject(NOT_BOUND);
  });

  it('may have other members in cnf', async () => {
    const cnf = { 'x5t#S256': ALICE.thumbprint, kid: 'of the server' };
    const headers = authorization(issuer.token({ claims: { cnf } }));
    expect(await clientWith(ALICE).get('/notes', headers)).toMatchObject({ status: 200 });
  });

  it('is not demanded: others are accepted with any certificate, and with none', async () => {
    for (const client of [clientWith(ALICE), clientWith()])
      expect(await client.get('/notes', authorization(issuer.token()))).toMatchObject({
        status: 200,
      });
  });
});

it('a request over HTTP/2 has the certificate of its connection', async () => {
  const application = await startApplication(
    { issuers: [issuer.config()], mtls: { mode: 'required', certificate: 'connection' } },
    {
      adapter: 'Fastify',
      serverOptions: { http2: true, ...overTls('Fastify', SERVER).serverOptions },
    },
  );
  const statusWith = async (certificate: TestCertificate): Promise<unknown> => {
    const session = connectHttp2(httpsOf(application), { ca: SERVER.cert, ...certificate });
    const stream = session.request({
      ':path': '/notes',
      authorization: boundTo(ALICE).Authorization,
    });
    try {
      return await new Promise((resolve, reject) => {
        stream.on('error', reject);
        stream.on('response', ({ ':status': status }) => resolve(status));
      });
    } finally {
      session.destroy();
    }
  };
  expect(await statusWith(ALICE)).toBe(200);
  expect(await statusWith(MALLORY)).toBe(401);
  await application.close();
});

describe.each(ADAPTERS)('A certificate of the connection, at start on %s', (adapter) => {
  const warningsWith = async (
    options: Pick<ApplicationOptions, 'nestOptions' | 'serverOptions'>,
    certificate: MtlsConfig['certificate'] = 'connection',
  ): Promise<string> => {
    const application = await startApplication(
      { issuers: [issuer.config()], mtls: { mode: 'allowed', certificate } },
      { adapter, ...options },
    );
    await application.close();
    return application.log.text('warn');
  };

  it('is warned of where no connection can have one', async () => {
    expect(await warningsWith({})).toContain('"connection", and it serves plain HTTP');
    const unasked = { ...SERVER, requestCert: false };
    const options =
      adapter === 'Fastify'
        ? { serverOptions: { https: unasked } }
        : { nestOptions: { httpsOptions: unasked } };
    expect(await warningsWith(options)).toContain('its server does not ask clients');
  });

  it('is no concern elsewhere', async () => {
    expect(await warningsWith(overTls(adapter, SERVER))).toBe('');
    expect(await warningsWith({}, () => undefined)).toBe('');
  });
});

describe('mtls of a module and of its issuers', () => {
  const HEADER = 'client-cert';
  const certificate: MtlsConfig['certificate'] = {
    header: 'Client-Cert',
    format: 'rfc9440',
    trustedProxies: ['127.0.0.1'],
  };
  const withCertificate = (token: string): HttpCall => ({
    headers: [
      ['Authorization', `Bearer ${token}`],
      [HEADER, `:${ALICE.der.toString('base64')}:`],
    ],
  });

  it.each([
    // mode of the module, of the issuer → bound, unbound
    [undefined, undefined, 401, 200],
    ['off', undefined, 401, 200],
    ['allowed', undefined, 200, 200],
    ['required', undefined, 200, 401],
    ['off', 'allowed', 200, 200],
    ['off', 'required', 200, 401],
    ['required', 'allowed', 200, 200],
    ['required', 'off', 401, 200],
    ['allowed', 'off', 401, 200],
    [undefined, 'required', 200, 401],
  ] as const)('%s and %s: bound %i, unbound %i', async (mode, ofIssuer, bound, unbound) => {
    const application = await startApplication({
      issuers: [issuer.config({ mtls: ofIssuer })],
      mtls: { ...(mode && { mode }), certificate },
    });
    const answers = [
      await application.call('/notes', withCertificate(issuer.token({ certificate: ALICE }))),
      await application.call('/notes', withCertificate(issuer.token())),
    ];
    expect(answers.map(({ status }) => status)).toEqual([bound, unbound]);
    for (const { status, json } of answers)
      if (status === 401) expect(json).toEqual(NOT_BOUND.json);
    await application.close();
  });

  it('without mtls a bound token is refused whatever comes with it', async () => {
    const application = await startApplication({ issuers: [issuer.config()] });
    const answer = await application.call(
      '/notes',
      withCertificate(issuer.token({ certificate: ALICE })),
    );
    expect(answer).toMatchObject(NOT_BOUND);
    await application.close();
  });

  it('an issuer that is added later has its mode', async () => {
    const partner = await createTestIssuer();
    const application = await startApplication({
      issuers: [issuer.config()],
      mtls: { certificate },
    });
    const { TrustedIssuers } = await import('nestjs-trusted-issuers');
    application.app.get(TrustedIssuers).add(partner.config({ mtls: 'required' }));
    const bound = partner.token({ certificate: ALICE });
    expect((await application.call('/notes', withCertificate(bound))).status).toBe(200);
    expect((await application.get('/notes', partner.token())).json).toEqual(NOT_BOUND.json);
    await application.close();
    await partner.close();
  });

  // RFC 9728 section 2.
  it.each([
    [{ certificate }, {}, undefined],
    [{ mode: 'allowed', certificate }, {}, true],
    [{ certificate }, { mtls: 'required' }, true],
  ] as const)('%j tells clients so in the metadata document', async (mtls, ofIssuer, told) => {
    const application = await startApplication({
      issuers: [issuer.config(ofIssuer)],
      mtls: mtls as AuthModuleConfig['mtls'],
      resourceMetadata: { resource: 'https://api.example.com' },
    });
    const { json } = await application.call('/.well-known/oauth-protected-resource');
    expect((json as Record<string, unknown>)['tls_client_certificate_bound_access_tokens']).toBe(
      told,
    );
    await application.close();
  });

  it('tells clients so where only issuers that resolveIssuer gives may bind their tokens', async () => {
    const application = await startApplication({
      issuers: [issuer.config({ mtls: 'off' })],
      mtls: { mode: 'allowed', certificate },
      resolveIssuer: { origins: ['https://tenants.example'], resolve: () => undefined },
      resourceMetadata: { resource: 'https://api.example.com' },
    });
    const { json } = await application.call('/.well-known/oauth-protected-resource');
    expect(json).toHaveProperty('tls_client_certificate_bound_access_tokens', true);
    await application.close();
  });
});

/** What HTTP clients can write into a header of each form. */
const WRITTEN: Readonly<Record<CertificateFormat, (certificate: TestCertificate) => string>> = {
  rfc9440: ({ der }) => `:${der.toString('base64')}:`,
  xfcc: ({ thumbprint }) =>
    `By=spiffe://mesh/api;Hash=${Buffer.from(thumbprint, 'base64url').toString('hex')};Subject="CN=a"`,
  'escaped-pem': ({ cert }) => encodeURIComponent(cert),
  'base64-der': ({ der }) => der.toString('base64'),
};
const FORMATS = Object.keys(WRITTEN) as CertificateFormat[];

// RFC 9440 sections 2.1 and 4.
describe.each(ADAPTERS.flatMap((adapter) => FORMATS.map((format) => [adapter, format] as const)))(
  'A certificate in a header, on %s, as %s',
  (adapter, format) => {
    const write = WRITTEN[format];
    let application: TestApplication;

    beforeAll(async () => {
      application = await startApplication(
        {
          issuers: [issuer.config()],
          mtls: {
            mode: 'required',
            certificate: { header: 'X-Client-Cert', format, trustedProxies: ['127.0.0.1/32'] },
          },
        },
        {
          adapter,
          configure: (app) => {
            Object.assign(app.getHttpServer() as object, { maxHeaderSize: 262_144 });
          },
        },
      );
    });
    afterAll(() => application.close());

    const call = (...values: readonly string[]) =>
      application.call('/notes', {
        headers: [
          ['Authorization', boundTo(ALICE).Authorization],
          ...values.map((value) => ['X-Client-Cert', value] as const),
        ],
      });

    it('is the one that the proxy wrote', async () => {
      expect((await call(write(ALICE))).status).toBe(200);
      expect(await call(write(MALLORY))).toMatchObject(NOT_BOUND);
    });

    it.each<[string, readonly string[]]>([
      ['there is none', []],
      ['it is empty', ['']],
      ['it came twice', [write(ALICE), write(ALICE)]],
      ['it came twice, first that of another', [write(MALLORY), write(ALICE)]],
      ['it came twice, then that of another', [write(ALICE), write(MALLORY)]],
      ['it holds two', [`${write(ALICE)},${write(ALICE)}`]],
      ['it holds two in a row', [write(ALICE) + write(ALICE)]],
      ['it is cut off', [write(ALICE).slice(0, 50)]],
      ['it is garbage', ['%%%:::;;;,,,"""===\\\\']],
      ['it is garbage of 60 KiB', [':="%\\,;A'.repeat(7_680)]],
      ['it is 60 KiB of base64', ['A'.repeat(61_440)]],
      [
        'it is a good one with 60 KiB behind it',
        [write(ALICE) + ' '.repeat(8) + 'A'.repeat(61_440)],
      ],
    ])('where %s, nothing proves whose the token is', async (_what, values) => {
      expect(await call(...values)).toMatchObject(NOT_BOUND);
    });
  },
);

describe.each(ADAPTERS)('Who may write the header, on %s', (adapter) => {
  let application: TestApplication;

  beforeAll(async () => {
    application = await startApplication(
      {
        issuers: [issuer.config()],
        mtls: {
          mode: 'allowed',
          certificate: { header: 'client-cert', format: 'rfc9440', trustedProxies: ['10.0.0.0/8'] },
        },
      },
      {
        adapter,
        ...(adapter === 'Fastify' && { serverOptions: { trustProxy: true } }),
        configure: (app) => {
          const server = app.getHttpAdapter().getInstance() as {
            set?: (...args: unknown[]) => void;
          };
          if (adapter === 'Express') server.set?.('trust proxy', true);
        },
      },
    );
  });
  afterAll(() => application.close());

  it.each<[string, readonly (readonly [string, string])[]]>([
    ['nothing else', []],
    ['X-Forwarded-For of a proxy', [['X-Forwarded-For', '10.0.0.7']]],
    ['Forwarded of a proxy', [['Forwarded', 'for=10.0.0.7']]],
  ])('no sender whose address is not one of trustedProxies: %s', async (_what, headers) => {
    const answer = await application.call('/notes', {
      headers: [
        ['Authorization', boundTo(ALICE).Authorization],
        ['Client-Cert', WRITTEN.rfc9440(ALICE)],
        ...headers,
      ],
    });
    expect(answer).toMatchObject(NOT_BOUND);
    expect(application.log.text()).toContain('did not come from one of trustedProxies');
  });
});
