import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type MessageEvent, Sse, UseGuards } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { WebSocketGateway } from '@nestjs/websockets';
import {
  AccessTokenVerifier,
  JwtAuthGuard,
  MemoryRevocationStore,
  Revocations,
} from 'nestjs-trusted-issuers';
import { authenticateConnection } from 'nestjs-trusted-issuers/graphql';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { AuthenticatedGateway, SocketAuthenticator } from 'nestjs-trusted-issuers/websockets';
import { interval, map, type Observable } from 'rxjs';
import { ADAPTERS, startApplication } from '../support/application.js';
import { endingFor, WhoAmI } from '../support/gateway-parts.js';
import { driverOf, SERVERS, startGraphQL } from '../support/graphql.js';
import { connectGraphQL } from '../support/graphql-socket.js';
import { bearer, connect, SOCKET_KINDS, useAdapter } from '../support/sockets.js';
import { TicksResolver } from '../support/ticks.resolver.js';

let issuer: TestIssuer;
beforeAll(async () => void (issuer = await createTestIssuer()));
afterAll(() => issuer.close());

const config = () => ({
  issuers: [issuer.config()],
  revocation: { store: new MemoryRevocationStore() },
});
const tokenOf = (sub: string): string => issuer.token({ claims: { sub } });
const mallory = () => ({ issuer: issuer.issuer, subject: 'mallory' });

@UseGuards(JwtAuthGuard)
@Controller('streams')
class StreamsController {
  @Sse('ticks')
  ticks(): Observable<MessageEvent> {
    return interval(20).pipe(map(() => ({ data: 'tick' })));
  }
}

@AuthenticatedGateway()
@WebSocketGateway()
class CheckedGateway extends WhoAmI {}

@AuthenticatedGateway({ closeOnExpiry: false })
@WebSocketGateway()
class LastingGateway extends WhoAmI {}

@WebSocketGateway()
@UseGuards(JwtAuthGuard)
class HandMadeGateway extends WhoAmI {
  constructor(private readonly sockets: SocketAuthenticator) {
    super();
  }

  async handleConnection(client: object, request: never): Promise<void> {
    await this.sockets.admit(client, request);
  }
}

describe.each(ADAPTERS)('An event stream of a revoked caller, on %s', (adapter) => {
  it.each([true, false])(
    'ends, and that of another caller goes on; closeOnExpiry: %p',
    async (closeOnExpiry) => {
      const application = await startApplication(
        { ...config(), closeOnExpiry },
        { adapter, controllers: [StreamsController] },
      );
      const open = (sub: string) =>
        fetch(`${application.url}/streams/ticks`, {
          headers: { Authorization: `Bearer ${tokenOf(sub)}` },
        });
      const [ended, lasting] = [await open('mallory'), await open('alice')];
      const reader = (lasting.body as ReadableStream<Uint8Array>).getReader();
      await application.app.get(Revocations).revokeSubject(mallory());
      // To its end, or the test never gets past this.
      expect(await ended.text()).toContain('data: tick');
      expect(await reader.read()).toMatchObject({ done: false });
      await reader.cancel();
      await application.close();
    },
  );
});

describe.each(SOCKET_KINDS)('A socket of a revoked caller, of %s', (kind) => {
  it.each([CheckedGateway, LastingGateway, HandMadeGateway])(
    'is told and closed by %p, and that of another caller stays',
    async (gateway) => {
      const application = await startApplication(config(), {
        providers: [gateway, SocketAuthenticator],
        controllers: [],
        configure: useAdapter(kind),
      });
      const [ended, lasting] = [
        await connect(kind, application.url, bearer(tokenOf('mallory'))),
        await connect(kind, application.url, bearer(tokenOf('alice'))),
      ];
      expect(await ended.ask('whoami')).toBe('mallory');
      expect(await lasting.ask('whoami')).toBe('alice');
      await application.app.get(Revocations).revokeSubject(mallory());
      expect(await ended.ended).toMatchObject(endingFor(kind, 4401, 'token_revoked'));
      expect(await ended.next('exception')).toMatchObject({ code: 'token_revoked' });
      expect(await lasting.ask('whoami')).toBe('alice');
      await lasting.close();
      await application.close();
    },
  );
});

describe.each(SERVERS)('A subscription of a revoked caller, on %s', (server) => {
  it('is closed with its socket, and that of another caller goes on', async () => {
    const application = await startGraphQL(server, config(), {
      resolvers: [TicksResolver],
      graphqlModule: GraphQLModule.forRootAsync({
        driver: driverOf(server),
        inject: [AccessTokenVerifier],
        useFactory: (verifier: AccessTokenVerifier) => {
          const options = { onConnect: authenticateConnection(verifier) };
          return {
            autoSchemaFile: true,
            ...(server === 'Mercurius'
              ? { subscription: options }
              : { subscriptions: { 'graphql-ws': options } }),
          };
        },
      }),
    });
    const open = (sub: string) =>
      connectGraphQL(application.url, {
        connectionParams: { Authorization: `Bearer ${tokenOf(sub)}` },
      });
    const [ended, lasting] = [open('mallory'), open('alice')];
    await ended.first('subscription { ticks }');
    await lasting.first('subscription { ticks }');
    await application.app.get(Revocations).revokeSubject(mallory());
    expect(await ended.closed).toMatchObject({ code: 4403, reason: 'token_revoked' });
    expect(await lasting.first('subscription { ticks }')).toMatchObject({
      data: { ticks: expect.anything() },
    });
    await lasting.close();
    await application.close();
  });
});
