import { describe, expect, it } from '@jest/globals';
import { Controller, Injectable, type MiddlewareConsumer, Module, UseGuards } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ExternalContextCreator } from '@nestjs/core';
import { Query, Resolver } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AccessTokenVerifier,
  type AuthModuleConfig,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  type MtlsConfig,
} from 'nestjs-trusted-issuers';
import { createTestCertificate } from 'nestjs-trusted-issuers/testing';
import { AuthenticatedGateway } from 'nestjs-trusted-issuers/websockets';
import { ADAPTERS, startApplication } from '../support/application.js';
import { SERVERS, startGraphQL } from '../support/graphql.js';
import { connectGraphQL } from '../support/graphql-socket.js';
import { answerOf, startMicroservice, tcpClientOf } from '../support/microservice.js';
import { opened } from '../support/opened.js';
import { connect, SOCKET_KINDS, useAdapter } from '../support/sockets.js';

const ALICE = createTestCertificate({ commonName: 'alice' });
const MALLORY = createTestCertificate({ commonName: 'mallory' });
const HEADER: MtlsConfig = {
  mode: 'required',
  certificate: { header: 'client-cert', format: 'rfc9440', trustedProxies: ['127.0.0.1'] },
};
const shown = ({ der }: typeof ALICE): string => `:${der.toString('base64')}:`;

@UseGuards(JwtAuthGuard)
@AuthenticatedGateway()
@WebSocketGateway()
class ChatGateway {
  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() { subject }: Identity): object {
    return { event: 'whoami', data: subject };
  }
}

@UseGuards(JwtAuthGuard)
@Resolver()
class CallerResolver {
  @Query(() => String)
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }
}

@UseGuards(JwtAuthGuard)
@Controller()
class JobsController {
  @MessagePattern('whoami')
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }
}

@Injectable()
class Tools {
  @UseGuards(JwtAuthGuard)
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }
}

const { keep, issuer: startIssuer } = opened();
let config: (mtls?: MtlsConfig) => AuthModuleConfig;
let token: string;
const start = async (): Promise<void> => {
  const issuer = await startIssuer();
  config = (mtls = HEADER) => ({ issuers: [issuer.config()], mtls });
  token = issuer.token({ certificate: ALICE });
};

// RFC 8705 section 3.
describe('The certificate of a socket is that of the request that opened it', () => {
  it.each(SOCKET_KINDS)('of %s, for the connection and each message', async (kind) => {
    await start();
    const application = keep(
      await startApplication(config(), { providers: [ChatGateway], configure: useAdapter(kind) }),
    );
    const handshake = (certificate: typeof ALICE) => ({
      headers: { Authorization: `Bearer ${token}`, 'client-cert': shown(certificate) },
    });
    const socket = keep(await connect(kind, application.url, handshake(ALICE)));
    for (let times = 0; times < 2; times++) expect(await socket.ask('whoami')).toBe('alice');

    const stolen = keep(await connect(kind, application.url, handshake(MALLORY)));
    await stolen.ended;
    expect(JSON.stringify(stolen.received)).toContain('token_binding_invalid');
  });

  it.each(SERVERS)('of GraphQL by %s, and that of the request over HTTP', async (server) => {
    await start();
    const ws = { subscriptions: { 'graphql-ws': true } };
    const graphql = server === 'Mercurius' ? { subscription: { fullWsTransport: true } } : ws;
    const application = keep(
      await startGraphQL(server, config(), {
        resolvers: [CallerResolver],
        graphql: graphql,
      }),
    );
    const query = (certificate: typeof ALICE) =>
      application.call('/graphql', {
        method: 'POST',
        headers: [
          ['Content-Type', 'application/json'],
          ['Authorization', `Bearer ${token}`],
          ['Client-Cert', shown(certificate)],
        ],
        body: JSON.stringify({ query: '{ whoami }' }),
      });
    expect((await query(ALICE)).json).toEqual({ data: { whoami: 'alice' } });
    expect((await query(MALLORY)).text).toContain('token_binding_invalid');

    const answered = async (certificate: typeof ALICE): Promise<string> => {
      const socket = keep(
        connectGraphQL(application.url, {
          connectionParams: { Authorization: `Bearer ${token}` },
          headers: { 'client-cert': shown(certificate) },
        }),
      );
      return JSON.stringify(await socket.first('{ whoami }').catch((error: unknown) => error));
    };
    expect(await answered(ALICE)).toBe('{"data":{"whoami":"alice"}}');
    expect(await answered(MALLORY)).toContain('token_binding_invalid');
  });
});

describe('Where there is no connection, nothing proves whose a token is', () => {
  it('a message has no certificate, whatever its sender writes', async () => {
    await start();
    const service = keep(
      await startMicroservice({ config: config(), controllers: [JobsController] }),
    );
    const client = tcpClientOf(service.service);
    await client.connect();
    const headers = { authorization: `Bearer ${token}`, 'client-cert': shown(ALICE) };
    const socket = { remoteAddress: '127.0.0.1', on: 'data' };
    for (const payload of [headers, { ...headers, headers, socket, raw: { socket } }])
      expect(await answerOf(client.send('whoami', payload))).toMatchObject({
        refused: expect.objectContaining({ code: 'token_binding_invalid' }),
      });
    await client.close();
  });

  it('nor has a payload that takes the place of a request', async () => {
    await start();
    const application = keep(
      await startApplication(config(), { controllers: [], providers: [Tools] }),
    );
    const tools = application.app.get(Tools);
    const first = {
      exchangeKeyForValue: (_type: number, _data: unknown, args: unknown[]) => args[0],
    };
    const tool = application.app
      .get(ExternalContextCreator)
      .create(tools, tools.whoami as () => unknown, 'whoami', ROUTE_ARGS_METADATA, first as never);
    const headers = { authorization: `Bearer ${token}`, 'client-cert': shown(ALICE) };
    for (const address of ['127.0.0.1', { toString: '127.0.0.1' }]) {
      const socket = { remoteAddress: address, on: 'data' };
      for (const payload of [
        { headers, socket },
        { headers, raw: { socket } },
      ])
        await expect(tool(payload)).rejects.toMatchObject({ code: 'token_binding_invalid' });
    }
  });

  it('nor has a token alone, or a request of Fetch', async () => {
    await start();
    const application = keep(await startApplication(config()));
    const verifier = application.app.get(AccessTokenVerifier);
    const headers = { authorization: `Bearer ${token}`, 'client-cert': shown(ALICE) };
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_binding_invalid' });
    const request = new Request('https://api.example.com/notes', { headers });
    await expect(verifier.verifyRequest(request)).rejects.toMatchObject({
      code: 'token_binding_invalid',
    });
  });
});

it.each(ADAPTERS)('verifyRequest in a middleware knows the certificate (%s)', async (adapter) => {
  await start();
  const outcomes: string[] = [];

  @Module({})
  class Middlewares {
    constructor(private readonly verifier: AccessTokenVerifier) {}

    configure(consumer: MiddlewareConsumer): void {
      const verify = async (
        request: Parameters<AccessTokenVerifier['verifyRequest']>[0],
        _: unknown,
        next: () => void,
      ) => {
        const verified = this.verifier.verifyRequest(request);
        outcomes.push(
          await verified.then(
            ({ subject }) => subject,
            ({ code }: { code: string }) => code,
          ),
        );
        next();
      };
      consumer.apply(verify).forRoutes('*path');
    }
  }
  Reflect.defineMetadata('design:paramtypes', [AccessTokenVerifier], Middlewares);
  const application = keep(
    await startApplication({ ...config(), isGlobal: true }, { adapter, imports: [Middlewares] }),
  );
  for (const certificate of [ALICE, MALLORY])
    await application.call('/notes', {
      headers: [
        ['Authorization', `Bearer ${token}`],
        ['Client-Cert', shown(certificate)],
      ],
    });
  expect(outcomes).toEqual(['alice', 'token_binding_invalid']);
});

describe('A certificate that a function finds', () => {
  const statusWith = async (certificate: MtlsConfig['certificate']): Promise<unknown> => {
    await start();
    const application = keep(await startApplication(config({ mode: 'allowed', certificate })));
    const { status, json } = await application.call('/notes', {
      headers: [
        ['Authorization', `Bearer ${token}`],
        ['X-Der', ALICE.der.toString('hex')],
      ],
    });
    return status === 200 ? 200 : `${status} ${(json as { code: string }).code}`;
  };

  it('is that of the request it is given', async () => {
    const certificate = (request: unknown): Buffer => {
      const { headers } = request as { headers: Record<string, string> };
      return Buffer.from(headers['x-der'] ?? '', 'hex');
    };
    expect(await statusWith(certificate)).toBe(200);
    expect(await statusWith(() => new Uint8Array(ALICE.der))).toBe(200);
  });

  it.each<[string, () => unknown, string]>([
    ['nothing', () => undefined, '401 token_binding_invalid'],
    ['null', () => null, '401 token_binding_invalid'],
    ['another one', () => MALLORY.der, '401 token_binding_invalid'],
    ['no bytes', () => Buffer.alloc(0), '401 token_binding_invalid'],
    ['PEM', () => Buffer.from(ALICE.cert), '401 token_binding_invalid'],
    ['a text', () => ALICE.cert, '503 keys_unavailable'],
    ['a promise', () => Promise.resolve(ALICE.der), '503 keys_unavailable'],
    ['a promise that fails', () => Promise.reject(new Error('no')), '503 keys_unavailable'],
  ])('when it answers with %s', async (_what, certificate, outcome) => {
    expect(await statusWith(certificate as () => undefined)).toBe(outcome);
  });

  it('when it throws', async () => {
    const failing = (): undefined => {
      throw new Error('no connection');
    };
    expect(await statusWith(failing)).toBe('503 keys_unavailable');
  });
});
