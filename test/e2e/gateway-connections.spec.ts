import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable, type Type, UseGuards } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import {
  AuthModule,
  JwtAuthGuard,
  OptionalAuth,
  Public,
  RequireScopes,
  TrustedIssuers,
} from 'nestjs-trusted-issuers';
import { authenticatedAs } from 'nestjs-trusted-issuers/testing';
import {
  AuthenticatedGateway,
  identityOf,
  selectSubprotocol,
  SocketAuthenticator,
  subprotocolToken,
} from 'nestjs-trusted-issuers/websockets';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApplication } from '../support/application.js';
import {
  endingFor,
  gatewayParts,
  push,
  refusalEventOf,
  refusedEndingFor,
  type Sender,
  WhoAmI,
} from '../support/gateway-parts.js';
import {
  bearer,
  connect,
  type Handshake,
  SOCKET_KINDS,
  type TestSocket,
  useAdapter,
} from '../support/sockets.js';

@AuthenticatedGateway()
@WebSocketGateway()
class NewsGateway extends WhoAmI implements OnGatewayConnection {
  readonly connected: (string | undefined)[] = [];

  handleConnection(client: Sender): void {
    const subject = identityOf(client)?.subject;
    this.connected.push(subject);
    push(client, 'news', `for ${subject}`);
  }
}

@UseGuards(JwtAuthGuard)
@WebSocketGateway()
class OverriddenByHandGateway {
  constructor(@Inject(SocketAuthenticator) private readonly sockets: SocketAuthenticator) {}

  async handleConnection(client: Sender, request: IncomingMessage): Promise<void> {
    const identity = await this.sockets.admit(client, request);
    if (identity) push(client, 'news', `for ${identity.subject}`);
  }
}

@AuthenticatedGateway({ recheckSeconds: 1 })
@WebSocketGateway()
class RecheckingGateway extends NewsGateway {}

@AuthenticatedGateway({ closeOnExpiry: false })
@WebSocketGateway()
class PatientGateway extends NewsGateway {}

@RequireScopes('news:read')
@AuthenticatedGateway()
@WebSocketGateway()
class ScopedGateway extends NewsGateway {}

@OptionalAuth()
@AuthenticatedGateway()
@WebSocketGateway()
class OptionalGateway extends NewsGateway {}

@OptionalAuth()
@WebSocketGateway()
class DerivedGateway extends NewsGateway {}

@AuthenticatedGateway()
@WebSocketGateway()
class OpenDoorGateway extends WhoAmI implements OnGatewayConnection {
  @Public()
  handleConnection(client: Sender): void {
    push(client, 'news', 'for everybody');
  }
}

@Injectable()
@WebSocketGateway()
class HandMadeGateway implements OnGatewayConnection {
  constructor(private readonly sockets: SocketAuthenticator) {}

  async handleConnection(client: Sender, request: IncomingMessage): Promise<void> {
    const identity = await this.sockets.admit(client, request);
    if (identity) push(client, 'news', `for ${identity.subject}`);
  }
}

describe.each(SOCKET_KINDS)('Connections to a gateway on %s', (kind) => {
  const { keep, issuer: startIssuer, start, clock } = gatewayParts();

  it('stay with a good token, and the gateway knows whose they are', async () => {
    const issuer = await startIssuer();
    const { join, app } = await start(kind, { issuers: [issuer.config()] }, NewsGateway);
    const socket = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await socket.next('news')).toBe('for alice');
    expect(await socket.ask('whoami')).toBe('alice');
    expect(app.get(NewsGateway).connected).toEqual(['alice']);
  });

  it('without a good token are told why and closed, and the gateway never sees them', async () => {
    const issuer = await startIssuer();
    const { join, app, log } = await start(kind, { issuers: [issuer.config()] }, NewsGateway);
    const expired = issuer.expiredToken();
    const refused: readonly (readonly [Handshake, string])[] = [
      [{}, 'auth_required'],
      [bearer(expired), 'token_expired'],
      [bearer('no.jwt'), 'token_malformed'],
    ];
    for (const [handshake, code] of refused) {
      const socket = await join(handshake);
      expect(await socket.next(refusalEventOf(kind))).toMatchObject({ status: 401, code });
      expect(await socket.ended).toEqual(refusedEndingFor(kind, 4401, code));
      expect(socket.received.map(({ event }) => event)).toEqual([refusalEventOf(kind)]);
    }
    expect(app.get(NewsGateway).connected).toEqual([]);
    expect(log.text()).not.toContain(expired);
    expect(log.text('error')).toBe('');
  });

  it('are closed with the code and status that the refusal has over HTTP', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, ScopedGateway);
    const poor = await join(bearer(issuer.token()));
    expect(await poor.next(refusalEventOf(kind))).toMatchObject({ status: 403 });
    expect(await poor.ended).toEqual(refusedEndingFor(kind, 4403, 'insufficient_scope'));
    const rich = await join(bearer(issuer.token({ subject: 'bob', scopes: ['news:read'] })));
    expect(await rich.next('news')).toBe('for bob');

    const unreachable = { ...issuer.config(), keys: { jwksUri: 'http://127.0.0.1:9/jwks' } };
    const unavailable = await start(kind, { issuers: [unreachable] }, NewsGateway);
    const socket = await unavailable.join(bearer(issuer.token()));
    expect(await socket.ended).toEqual(refusedEndingFor(kind, 4503, 'keys_unavailable'));
  });

  it('are told no more than disclosure allows', async () => {
    const issuer = await startIssuer();
    const { join } = await start(
      kind,
      { issuers: [issuer.config()], disclosure: 'minimal' },
      NewsGateway,
    );
    const socket = await join(bearer('no.jwt'));
    expect(await socket.next(refusalEventOf(kind))).toMatchObject({ code: 'token_invalid' });
    expect(await socket.ended).toEqual(refusedEndingFor(kind, 4401, 'token_invalid'));
  });

  it('are checked by the terms of their own class, not of one that it extends', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, DerivedGateway);
    expect(await (await join()).next('news')).toBe('for undefined');
  });

  it('stay without a token and an identity where a token is optional; a bad one still ends them', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, OptionalGateway);
    expect(await (await join()).next('news')).toBe('for undefined');
    expect(await (await join(bearer(issuer.token({ subject: 'bob' })))).next('news')).toBe(
      'for bob',
    );
    const socket = await join(bearer(issuer.expiredToken()));
    expect(await socket.ended).toEqual(refusedEndingFor(kind, 4401, 'token_expired'));
  });

  it('are open where handleConnection is public, while messages are guarded', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, OpenDoorGateway);
    const stranger = await join();
    expect(await stranger.next('news')).toBe('for everybody');
    stranger.send('whoami');
    expect(await stranger.next('exception')).toMatchObject({ code: 'auth_required' });
    const alice = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await alice.ask('whoami')).toBe('alice');
  });

  it('are checked by SocketAuthenticator.admit in the same way', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, HandMadeGateway, [
      SocketAuthenticator,
    ]);
    const alice = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await alice.next('news')).toBe('for alice');
    const stranger = await join();
    expect(await stranger.next('exception')).toMatchObject({ code: 'auth_required' });
    expect(await stranger.ended).toEqual(endingFor(kind, 4401, 'auth_required'));
  });

  it('are told and closed when their token expires', async () => {
    const issuer = await startIssuer();
    const { join } = await start(
      kind,
      {
        issuers: [{ ...issuer.config(), clockToleranceSeconds: 0 }],
      },
      NewsGateway,
    );
    const short = await join(bearer(issuer.token({ expiresInSeconds: 3 })));
    // Longer than any timer of Node can run.
    const long = await join(bearer(issuer.token({ expiresInSeconds: 4_000_000, subject: 'bob' })));
    await Promise.all([short.next('news'), long.next('news')]);
    clock.advance(3);
    expect(await short.next('exception')).toMatchObject({ status: 401, code: 'token_expired' });
    expect(await short.ended).toEqual(endingFor(kind, 4401, 'token_expired'));
    expect(await long.ask('whoami')).toBe('bob');
  });

  it('stay within the issuer’s clock tolerance when their token expires', async () => {
    const issuer = await startIssuer();
    const { join } = await start(
      kind,
      {
        issuers: [{ ...issuer.config(), clockToleranceSeconds: 2 }],
      },
      NewsGateway,
    );
    const socket = await join(bearer(issuer.token({ expiresInSeconds: 1, subject: 'alice' })));
    await socket.next('news');
    clock.advance(1.5);
    expect(await socket.ask('whoami')).toBe('alice');
    clock.advance(1.5);
    expect(await socket.ended).toEqual(endingFor(kind, 4401, 'token_expired'));
  });

  it('stay with closeOnExpiry: false, and their messages are refused', async () => {
    const issuer = await startIssuer();
    const { join } = await start(
      kind,
      { issuers: [{ ...issuer.config(), clockToleranceSeconds: 0 }] },
      PatientGateway,
    );
    const socket = await join(bearer(issuer.token({ expiresInSeconds: 1 })));
    await socket.next('news');
    clock.advance(3);
    socket.send('whoami');
    expect(await socket.next('exception')).toMatchObject({ code: 'token_expired' });
    socket.send('whoami');
    expect(await socket.next('exception')).toMatchObject({ code: 'token_expired' });
  });

  it('end, with recheckSeconds, when the issuer is no longer trusted, not when it is unknown', async () => {
    const issuer = await startIssuer();
    let failing = false;
    let looks = 0;
    const { join, app } = await start(
      kind,
      {
        issuers: [issuer.config()],
        isRevoked: () => {
          looks++;
          if (failing) throw new Error('the database is down');
          return false;
        },
      },
      RecheckingGateway,
    );
    const socket = await join(bearer(issuer.token()));
    await socket.next('news');
    for (const fails of [true, false]) {
      failing = fails;
      looks = 0;
      await clock.advanceUntil(() => looks > 1);
    }
    expect(socket.received.map(({ event }) => event)).toEqual(['news']);
    app.get(TrustedIssuers).remove(issuer.issuer);
    await clock.advanceUntil(() => socket.received.length > 1);
    expect(await socket.next('exception')).toMatchObject({ code: 'issuer_untrusted' });
    expect(await socket.ended).toEqual(endingFor(kind, 4401, 'issuer_untrusted'));
  });

  it('end on expiry, with recheckSeconds, though it is never known whether the token was revoked', async () => {
    const issuer = await startIssuer();
    let silent = false;
    const asked: ((revoked: boolean) => void)[] = [];
    const { join } = await start(
      kind,
      {
        issuers: [{ ...issuer.config(), clockToleranceSeconds: 0 }],
        isRevoked: () => {
          if (!silent) return false;
          return new Promise<boolean>((resolve) => asked.push(resolve));
        },
      },
      RecheckingGateway,
    );
    const socket = await join(bearer(issuer.token({ expiresInSeconds: 4 })));
    await socket.next('news');
    silent = true;
    for (let seconds = 0; seconds < 4; seconds++) clock.advance(1);
    expect(await socket.next('exception')).toMatchObject({ code: 'token_expired' });
    expect(await socket.ended).toEqual(endingFor(kind, 4401, 'token_expired'));
    // Whom nobody answers is not asked again and again.
    expect(asked).toHaveLength(1);
    for (const answer of asked) answer(false);
  });

  it('are checked beside Fastify as beside Express', async () => {
    const issuer = await startIssuer();
    const application = keep(
      await startApplication(
        { issuers: [issuer.config()] },
        {
          adapter: 'Fastify',
          clock,
          providers: [NewsGateway],
          controllers: [],
          configure: useAdapter(kind),
        },
      ),
    );
    const alice = keep(
      await connect(kind, application.url, bearer(issuer.token({ subject: 'alice' }))),
    );
    expect(await alice.ask('whoami')).toBe('alice');
    const stranger = keep(await connect(kind, application.url));
    expect(await stranger.ended).toEqual(refusedEndingFor(kind, 4401, 'auth_required'));
  });

  const joinTested = async (
    override: 'overrideProvider' | 'overrideGuard',
    standIn: object,
    gateway: Type = NewsGateway,
  ): Promise<TestSocket> => {
    const issuer = await startIssuer();
    const builder = Test.createTestingModule({
      imports: [AuthModule.forRoot({ issuers: [issuer.config()] })],
      providers: [gateway, SocketAuthenticator],
    });
    const module = await builder[override](JwtAuthGuard).useValue(standIn).compile();
    const app = keep(module.createNestApplication({ logger: false }));
    useAdapter(kind)(app);
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return keep(await connect(kind, `http://127.0.0.1:${port}`));
  };

  it.each(['overrideProvider', 'overrideGuard'] as const)(
    'are admitted by a guard that replaces ours in a test: %s',
    async (override) => {
      const socket = await joinTested(override, authenticatedAs({ subject: 'testuser' }));
      expect(await socket.next('news')).toBe('for testuser');
    },
  );

  it('and messages are: overrideGuard replaces the guard of both', async () => {
    const socket = await joinTested('overrideGuard', authenticatedAs({ subject: 'testuser' }));
    expect(await socket.ask('whoami')).toBe('testuser');
    const refused = await joinTested('overrideGuard', { canActivate: () => false });
    expect(await refused.ended).toEqual(refusedEndingFor(kind, 4403, 'Forbidden resource'));
  });

  it('that are checked by hand are checked by what overrideGuard puts there', async () => {
    const standIn = authenticatedAs({ subject: 'testuser' });
    const socket = await joinTested('overrideGuard', standIn, OverriddenByHandGateway);
    expect(await socket.next('news')).toBe('for testuser');
  });
});

describe('A token in the subprotocol, for browsers and ws', () => {
  const { issuer: startIssuer, start } = gatewayParts();

  @AuthenticatedGateway()
  @WebSocketGateway({ handleProtocols: selectSubprotocol })
  class BrowserGateway extends NewsGateway {}

  it('is a source that can be added, and is never the protocol that is spoken', async () => {
    const issuer = await startIssuer();
    const { join } = await start(
      'ws',
      { issuers: [issuer.config()], tokenSources: ['header', subprotocolToken] },
      BrowserGateway,
    );
    const token = issuer.token({ subject: 'alice' });
    for (const protocols of [
      ['news', `bearer.${token}`],
      [`bearer.${token}`, 'news'],
    ]) {
      const socket = await join({ protocols });
      expect(await socket.next('news')).toBe('for alice');
      expect(socket.protocol).toBe('news');
    }
    await expect(join({ protocols: [`bearer.${token}`] })).rejects.toThrow(/subprotocol/);
    const twice = await join({ protocols: ['news', `bearer.${token}`, 'bearer.other'] });
    expect(await twice.ended).toEqual({ code: 4400, reason: 'invalid_request' });
  });
});

describe('Options of @AuthenticatedGateway()', () => {
  it('closeOnExpiry is true or false', () => {
    const closeOnExpiry = 'no' as never;
    expect(() => AuthenticatedGateway({ closeOnExpiry })).toThrow('closeOnExpiry: give true');
  });

  it.each([0, -1, Number.NaN, 1.5, 86_401, Infinity])(
    'recheckSeconds: %p is refused',
    (recheckSeconds) => {
      expect(() => AuthenticatedGateway({ recheckSeconds })).toThrow(
        `recheckSeconds: ${recheckSeconds} is not a whole number from 1 to 86400`,
      );
    },
  );
});

describe.each(SOCKET_KINDS)('A class that extends a checked gateway, on %s', (kind) => {
  const { issuer: startIssuer, start } = gatewayParts();

  @WebSocketGateway()
  class ForgetfulGateway extends NewsGateway {
    override handleConnection(client: Sender): void {
      push(client, 'news', 'for everybody');
    }
  }

  @WebSocketGateway()
  class FieldGateway extends NewsGateway {
    override handleConnection = (client: Sender): void => push(client, 'news', 'for everybody');
  }

  @WebSocketGateway()
  class AskingGateway extends NewsGateway {
    override async handleConnection(client: Sender, request?: IncomingMessage): Promise<void> {
      await (super.handleConnection as Function).call(this, client, request);
    }
  }

  /** Only names the method. */
  @WebSocketGateway()
  class NamingGateway extends NewsGateway {
    override handleConnection(client: Sender): void {
      push(client, 'news', `by ${String('handleConnection')}`);
    }
  }

  /** Calls super and does not wait for it. */
  @WebSocketGateway()
  class HastyGateway extends NewsGateway {
    override handleConnection(client: Sender, request?: IncomingMessage): void {
      void (super.handleConnection as Function).call(this, client, request);
      push(client, 'news', 'hasty');
    }
  }

  it.each([
    ['only names the method', NamingGateway],
    ['does not wait for super', HastyGateway],
  ])('lets no stranger hear where it %s', async (_name, gateway) => {
    const issuer = await startIssuer();
    let asked = 0;
    const isRevoked = (): boolean => asked++ > 1e6;
    const { join } = await start(kind, { issuers: [issuer.config()], isRevoked }, gateway);
    const stranger = await join();
    expect(await stranger.ended).toMatchObject(refusedEndingFor(kind, 4401, 'auth_required'));
    expect(stranger.received.map(({ event }) => event)).not.toContain('news');
    const alice = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await alice.next('news')).toMatch(/^by|^for alice|^hasty/);
    expect(asked).toBe(1);
  });

  @AuthenticatedGateway()
  @WebSocketGateway()
  class OwnGateway extends NewsGateway {
    override handleConnection(client: Sender): void {
      push(client, 'news', `own for ${identityOf(client)?.subject}`);
    }
  }

  it('does not start where it overrides handleConnection without a call of super', async () => {
    const config = { issuers: ['https://login.example.com'], audience: 'news' };
    await expect(start(kind, config, ForgetfulGateway)).rejects.toThrow(
      'ForgetfulGateway.handleConnection: overrides the handleConnection',
    );
  });

  it('checks a field that hides handleConnection, since the guard is injected after it', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, FieldGateway);
    expect(await (await join()).ended).toMatchObject(refusedEndingFor(kind, 4401, 'auth_required'));
  });

  it.each([
    ['calls super', AskingGateway, 'for alice'],
    ['is checked itself', OwnGateway, 'own for alice'],
  ])('starts where it %s', async (_name, gateway, news) => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, gateway);
    const socket = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await socket.next('news')).toBe(news);
    expect(await (await join()).ended).toMatchObject(refusedEndingFor(kind, 4401, 'auth_required'));
  });
});

/** Puts another function in the place of a method. */
const Traced = (): MethodDecorator => (_target, _key, descriptor: PropertyDescriptor) => {
  const inner = descriptor.value as (...parameters: unknown[]) => unknown;
  descriptor.value = function (this: unknown, ...parameters: unknown[]): unknown {
    return inner.apply(this, parameters);
  };
};

describe.each(SOCKET_KINDS)('A demand on handleConnection under a wrapper, on %s', (kind) => {
  const { issuer: startIssuer, start } = gatewayParts();

  @AuthenticatedGateway()
  @WebSocketGateway()
  class TracedGateway extends WhoAmI {
    @Traced()
    @RequireScopes('news:read')
    handleConnection(client: Sender): void {
      push(client, 'news', 'for readers');
    }
  }

  @AuthenticatedGateway()
  @WebSocketGateway()
  class OpenGateway extends WhoAmI {
    @Traced()
    @Public()
    handleConnection(client: Sender): void {
      push(client, 'news', 'for everybody');
    }
  }

  @AuthenticatedGateway()
  @WebSocketGateway()
  class InheritingGateway extends OpenGateway {}

  it('keeps out callers that lack the scope', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, TracedGateway);
    const without = await join(bearer(issuer.token()));
    expect(await without.ended).toMatchObject(refusedEndingFor(kind, 4403, 'insufficient_scope'));
    const reader = await join(bearer(issuer.token({ scopes: ['news:read'] })));
    expect(await reader.next('news')).toBe('for readers');
  });

  it.each([
    ['written', OpenGateway],
    ['inherited as it was written', InheritingGateway],
  ])('lets strangers in where @Public() is %s', async (_name, gateway) => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, gateway);
    expect(await (await join()).next('news')).toBe('for everybody');
  });
});

describe('Connections to a gateway on ws', () => {
  const { issuer: startIssuer, start } = gatewayParts();

  it('are not admitted when they left while they were checked', async () => {
    const issuer = await startIssuer();
    const judging: (() => void)[] = [];
    const { join, app } = await start(
      'ws',
      {
        issuers: [issuer.config()],
        isRevoked: () => new Promise((resolve) => judging.push(() => resolve(false))),
      },
      NewsGateway,
    );
    const socket = await join(bearer(issuer.token()));
    while (judging.length < 1) await new Promise(setImmediate);
    await socket.close();
    const other = await join(bearer(issuer.token({ subject: 'bob' })));
    while (judging.length < 2) await new Promise(setImmediate);
    for (const judge of judging) judge();
    expect(await other.next('news')).toBe('for bob');
    expect(app.get(NewsGateway).connected).toEqual(['bob']);
  });
});
