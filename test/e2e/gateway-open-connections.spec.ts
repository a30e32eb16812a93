import { describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Inject,
  Injectable,
  type Provider,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { type OverrideBy, Test, type TestingModuleBuilder } from '@nestjs/testing';
import { type OnGatewayConnection, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AuthConfigurationError,
  AuthModule,
  type AuthModuleConfig,
  type AuthModuleExtras,
  JwtAuthGuard,
  OptionalAuth,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import {
  AuthenticatedGateway,
  type AuthenticatedGatewayOptions,
  SocketAuthenticator,
} from 'nestjs-trusted-issuers/websockets';
import { startApplication } from '../support/application.js';
import { gatewayParts, push, type Sender, WhoAmI } from '../support/gateway-parts.js';
import { opened } from '../support/opened.js';
import { bearer, SOCKET_KINDS } from '../support/sockets.js';

/** Tells everybody who connects, as the application wants it. */
class Greeting extends WhoAmI implements OnGatewayConnection {
  handleConnection(client: Sender): void {
    push(client, 'news', 'for everybody');
  }
}

@AuthenticatedGateway({ connections: 'unchecked' })
@WebSocketGateway()
class UncheckedGateway extends Greeting {}

@AuthenticatedGateway()
@WebSocketGateway()
class CheckedGateway extends Greeting {}

@AuthenticatedGateway({ connections: 'unchecked' })
@WebSocketGateway()
class UncheckedAgainGateway extends CheckedGateway {}

@AuthenticatedGateway()
@WebSocketGateway()
class CheckedAgainGateway extends UncheckedGateway {}

@AuthenticatedGateway({ connections: 'unchecked' })
@WebSocketGateway()
class FieldGateway extends WhoAmI {
  handleConnection = (client: Sender): void => push(client, 'news', 'for everybody');
}

@AuthenticatedGateway({ connections: 'unchecked' })
@WebSocketGateway()
class SilentGateway extends WhoAmI {}

@UseGuards(JwtAuthGuard)
@WebSocketGateway()
class MessagesGateway extends WhoAmI {}

@UseGuards(JwtAuthGuard)
@WebSocketGateway()
class GreetingMessagesGateway extends Greeting {}

@WebSocketGateway()
class InheritingGateway extends UncheckedGateway {}

@OptionalAuth()
@UseGuards(JwtAuthGuard)
@WebSocketGateway()
class OptionalGateway extends WhoAmI {}

@Public()
@WebSocketGateway()
class PublicGateway extends WhoAmI {}

@UseGuards(JwtAuthGuard)
@WebSocketGateway()
class PublicDoorGateway extends WhoAmI {
  @Public()
  handleConnection(): void {}
}

@Injectable()
@UseGuards(JwtAuthGuard)
@WebSocketGateway()
class HandMadeGateway extends WhoAmI {
  constructor(private readonly sockets: SocketAuthenticator) {
    super();
  }

  async handleConnection(client: object): Promise<void> {
    await this.sockets.admit(client);
  }
}

/** By a token, and declared as what it is. */
@UseGuards(JwtAuthGuard)
@WebSocketGateway()
class HandMadeByTokenGateway extends WhoAmI {
  @Inject('sockets')
  private readonly sockets!: SocketAuthenticator;

  async handleConnection(client: object): Promise<void> {
    await this.sockets.admit(client);
  }
}

/** What a test puts in the place of a gateway. */
class StubGateway extends CheckedGateway {
  override handleConnection(): void {}
}

@Injectable()
class AccountGuard extends JwtAuthGuard {}

@Injectable()
class ThrottlingGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@WebSocketGateway()
class GuardedDoorGateway {
  @UseGuards(JwtAuthGuard)
  handleConnection(): void {}
}

@WebSocketGateway()
class DemandingDoorGateway {
  @RequireScopes('chat')
  handleConnection(): void {}
}

@AuthenticatedGateway({ connections: 'unchecked' })
@WebSocketGateway()
class DemandingUncheckedGateway {
  @RequireScopes('chat')
  handleConnection(): void {}
}

@AuthenticatedGateway()
@WebSocketGateway()
class OwnGuardGateway {
  @UseGuards(AccountGuard)
  handleConnection(): void {}
}

@AuthenticatedGateway()
@WebSocketGateway()
class GuardedLeavingGateway {
  @UseGuards(JwtAuthGuard)
  handleDisconnect(): void {}
}

@AuthenticatedGateway()
@WebSocketGateway()
class GuardedTwiceGateway {
  @UseGuards(JwtAuthGuard, ThrottlingGuard)
  @RequireScopes('chat')
  handleConnection(): void {}

  @SubscribeMessage('say')
  say(): void {}
}

const SOCKETS: Provider = { provide: 'sockets', useExisting: SocketAuthenticator };

describe.each(SOCKET_KINDS)("connections: 'unchecked', on %s", (kind) => {
  const { issuer: startIssuer, start } = gatewayParts();

  it.each([UncheckedGateway, UncheckedAgainGateway, FieldGateway, InheritingGateway])(
    'lets every client connect to %p, and guards messages',
    async (gateway) => {
      const issuer = await startIssuer();
      const { join } = await start(kind, { issuers: [issuer.config()] }, gateway);
      const stranger = await join();
      expect(await stranger.next('news')).toBe('for everybody');
      stranger.send('whoami');
      expect(await stranger.next('exception')).toMatchObject({ code: 'auth_required' });
      const alice = await join(bearer(issuer.token({ subject: 'alice' })));
      expect(await alice.ask('whoami')).toBe('alice');
      const late = await join(bearer(issuer.expiredToken()));
      late.send('whoami');
      expect(await late.next('exception')).toMatchObject({ code: 'token_expired' });
    },
  );

  it('needs no handleConnection', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, SilentGateway);
    const alice = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await alice.ask('whoami')).toBe('alice');
  });

  it('does not hold for a class that is decorated again', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, CheckedAgainGateway);
    const stranger = await join();
    await stranger.ended;
    expect(stranger.received.map(({ event }) => event)).not.toContain('news');
    const alice = await join(bearer(issuer.token()));
    expect(await alice.next('news')).toBe('for everybody');
  });
});

describe('An option of connections', () => {
  it.each<[string, object]>([
    ["give 'checked' or 'unchecked'", { connections: 'open' }],
    ['Leave them out', { connections: 'unchecked', closeOnExpiry: true }],
    ['Leave them out', { connections: 'unchecked', recheckSeconds: 60 }],
  ])('that means nothing is refused: %s', (message, options) => {
    const decorate = () => AuthenticatedGateway(options as AuthenticatedGatewayOptions);
    expect(decorate).toThrow(TypeError);
    expect(decorate).toThrow(message);
  });
});

describe('A gateway that every client may connect to', () => {
  const { issuer: startIssuer } = opened();

  async function warningsOf(
    extras: Partial<AuthModuleConfig & AuthModuleExtras>,
    ...gateways: Type[]
  ): Promise<string> {
    const issuer = await startIssuer();
    const application = await startApplication(
      { issuers: [issuer.config()], ...extras },
      { providers: [...gateways, SocketAuthenticator, AccountGuard, SOCKETS], controllers: [] },
    );
    const warnings = application.log.text('warn');
    await application.close();
    return warnings;
  }

  it.each<[string, Type]>([
    ['with guarded messages', MessagesGateway],
    ['that greets', GreetingMessagesGateway],
    ['whose base class leaves connections open', InheritingGateway],
    ['on which a token is optional', OptionalGateway],
  ])('%s, is a fault where every route is guarded, and else a line', async (_name, gateway) => {
    const starting = warningsOf({ guardEveryRoute: true }, gateway);
    await expect(starting).rejects.toThrow(AuthConfigurationError);
    await expect(starting).rejects.toThrow(
      `${gateway.name}: lets every client connect and hear what the server sends`,
    );
    await expect(starting).rejects.toThrow("@AuthenticatedGateway({ connections: 'unchecked' })");
    expect(await warningsOf({ audit: 'warn' }, gateway)).toContain(
      `${gateway.name}   WebSocket connection, guarded by @AuthenticatedGateway() alone`,
    );
    await expect(warningsOf({ audit: 'error' }, gateway)).rejects.toThrow('WebSocket connection');
    expect(await warningsOf({}, gateway)).toBe('');
  });

  it.each<[string, Type]>([
    ['is checked', CheckedGateway],
    ['leaves them to the application', UncheckedGateway],
    ['is public', PublicGateway],
    ['has a public handleConnection', PublicDoorGateway],
    ['checks them by hand', HandMadeGateway],
    ['does so by a token', HandMadeByTokenGateway],
  ])('the audit has no line on one that %s', async (_name, gateway) => {
    for (const extras of [{ guardEveryRoute: true }, { audit: 'error' as const }])
      expect(await warningsOf(extras, gateway)).toBe('');
  });

  it.each<[string, (builder: OverrideBy) => TestingModuleBuilder]>([
    ['a value', (builder) => builder.useValue(new StubGateway())],
    ['a factory', (builder) => builder.useFactory({ factory: () => new StubGateway() })],
  ])('starts with %s in the place of a gateway, which Nest does not open', async (_name, put) => {
    const issuer = await startIssuer();
    const config = { issuers: [issuer.config()], guardEveryRoute: true };
    const builder = Test.createTestingModule({
      imports: [AuthModule.forRoot(config)],
      providers: [CheckedGateway],
    });
    const module = await put(builder.overrideProvider(CheckedGateway)).compile();
    const app = await module.createNestApplication({ logger: false }).init();
    expect(app.get(CheckedGateway)).toBeInstanceOf(StubGateway);
    await app.close();
  });

  it.each<[string, Type]>([
    ['GuardedDoorGateway.handleConnection', GuardedDoorGateway],
    ['DemandingDoorGateway.handleConnection', DemandingDoorGateway],
    ['DemandingUncheckedGateway.handleConnection', DemandingUncheckedGateway],
    ['OwnGuardGateway.handleConnection', OwnGuardGateway],
    ['GuardedLeavingGateway.handleDisconnect', GuardedLeavingGateway],
  ])('%s: a guard or a demand that Nest never asks stops the start', async (place, gateway) => {
    const starting = warningsOf({}, gateway);
    await expect(starting).rejects.toThrow(AuthConfigurationError);
    await expect(starting).rejects.toThrow(`${place}: has a guard or a demand`);
  });

  it('another guard there is a line', async () => {
    expect(await warningsOf({ audit: 'error' }, GuardedTwiceGateway)).toContain(
      'ThrottlingGuard on GuardedTwiceGateway.handleConnection is never asked',
    );
  });
});
