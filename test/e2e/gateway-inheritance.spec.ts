import { describe, expect, it } from '@jest/globals';
import { type Type } from '@nestjs/common';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import { Protected, Public, RequireScopes } from 'nestjs-trusted-issuers';
import { AuthenticatedGateway, identityOf } from 'nestjs-trusted-issuers/websockets';
import { startApplication } from '../support/application.js';
import { expectSoundProcess } from '../support/attack.js';
import { inspect } from 'node:util';
import {
  gatewayParts,
  push,
  refusedEndingFor,
  type Sender,
  WhoAmI,
} from '../support/gateway-parts.js';
import { opened } from '../support/opened.js';
import { bearer, connect, SOCKET_KINDS, useAdapter } from '../support/sockets.js';

expectSoundProcess();

@AuthenticatedGateway()
@WebSocketGateway()
class Base extends WhoAmI implements OnGatewayConnection {
  handleConnection(client: Sender, _request?: unknown): unknown {
    return push(client, 'news', `for ${identityOf(client)?.subject}`);
  }
}

@WebSocketGateway()
class AskingGateway extends Base {
  override handleConnection(client: Sender, request?: unknown): unknown {
    return super.handleConnection(client, request);
  }
}

@WebSocketGateway()
class DemandingGateway extends Base {
  @RequireScopes('chat')
  override handleConnection(client: Sender, request?: unknown): unknown {
    return super.handleConnection(client, request);
  }
}

@AuthenticatedGateway({ connections: 'unchecked' })
@WebSocketGateway()
class UncheckedAskingGateway extends Base {
  override async handleConnection(client: Sender, request?: unknown): Promise<void> {
    await super.handleConnection(client, request);
  }
}

@AuthenticatedGateway({ connections: 'unchecked' })
@WebSocketGateway()
class UncheckedFieldGateway extends Base {
  override handleConnection = async (client: Sender, request?: unknown): Promise<void> => {
    await super.handleConnection(client, request);
  };
}

@AuthenticatedGateway()
@WebSocketGateway()
class CheckedAgainGateway extends UncheckedAskingGateway {}

@WebSocketGateway()
class OpenHeir extends UncheckedAskingGateway {
  override async handleConnection(client: Sender): Promise<void> {
    push(client, 'news', 'for everybody');
  }
}

@WebSocketGateway()
class CheckedHeir extends CheckedAgainGateway {}

@AuthenticatedGateway()
@WebSocketGateway()
class DemandingBase extends Base {
  @RequireScopes('chat')
  override handleConnection(client: Sender, request?: unknown): unknown {
    return super.handleConnection(client, request);
  }
}

@AuthenticatedGateway()
@WebSocketGateway()
class BoundGateway extends DemandingBase {
  constructor() {
    super();
    this.handleConnection = this.handleConnection.bind(this);
  }
}

@Public()
@AuthenticatedGateway()
@WebSocketGateway()
class ProtectedDoorGateway extends WhoAmI {
  constructor() {
    super();
    this.handleConnection = this.handleConnection.bind(this);
  }

  @Protected()
  handleConnection(client: Sender): void {
    push(client, 'news', `for ${identityOf(client)?.subject}`);
  }
}

@WebSocketGateway()
class HidingGateway extends DemandingBase {
  override handleConnection = (client: Sender): void => push(client, 'news', 'for bob');
}

@AuthenticatedGateway()
@WebSocketGateway()
class EmptyGateway extends DemandingBase {
  override handleConnection = undefined as never;
}

describe.each(SOCKET_KINDS)('Gateways that extend a checked one, on %s', (kind) => {
  const { issuer: startIssuer, start } = gatewayParts();

  it.each<Type>([
    AskingGateway,
    UncheckedAskingGateway,
    UncheckedFieldGateway,
    CheckedAgainGateway,
    CheckedHeir,
  ])('and ask its handleConnection check connections: %p', async (gateway) => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, gateway);
    const stranger = await join();
    await stranger.ended;
    expect(stranger.received.map(({ event }) => event)).not.toContain('news');
    const alice = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await alice.next('news')).toBe('for alice');
    expect(await alice.ask('whoami')).toBe('alice');
  });

  it('and bind a protected handleConnection admit no client without a token', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, ProtectedDoorGateway);
    expect(await (await join()).ended).toEqual(refusedEndingFor(kind, 4401, 'auth_required'));
    const alice = await join(bearer(issuer.token({ subject: 'alice' })));
    expect(await alice.next('news')).toBe('for alice');
  });

  it.each<Type>([DemandingGateway, DemandingBase, BoundGateway, HidingGateway, EmptyGateway])(
    'demand what is written on any handleConnection: %p',
    async (gateway) => {
      const issuer = await startIssuer();
      const { join } = await start(kind, { issuers: [issuer.config()] }, gateway);
      const alice = await join(bearer(issuer.token({ subject: 'alice' })));
      expect(await alice.ended).toEqual(refusedEndingFor(kind, 4403, 'insufficient_scope'));
      const bob = await join(bearer(issuer.token({ subject: 'bob', scopes: ['chat'] })));
      expect(await bob.ask('whoami')).toBe('bob');
      if (gateway !== EmptyGateway) expect(await bob.next('news')).toBe('for bob');
    },
  );
});

describe.each(SOCKET_KINDS)('A gateway that extends an unchecked one, on %s', (kind) => {
  const { issuer: startIssuer, start } = gatewayParts();

  it('starts with another handleConnection, and lets every client connect', async () => {
    const issuer = await startIssuer();
    const { join } = await start(kind, { issuers: [issuer.config()] }, OpenHeir);
    expect(await (await join()).next('news')).toBe('for everybody');
  });
});

describe('What is injected into a gateway for its check', () => {
  const { issuer: startIssuer, keep } = opened();

  it('is not seen when it is printed or compared', async () => {
    const issuer = await startIssuer();
    const { app } = keep(
      await startApplication(
        { issuers: [issuer.config()] },
        { providers: [Base, UncheckedAskingGateway], controllers: [] },
      ),
    );
    for (const gateway of [app.get(Base), app.get(UncheckedAskingGateway)])
      expect(inspect(gateway)).toBe(`${gateway.constructor.name} {}`);
  });
});

describe('A gateway that is made by hand', () => {
  it('says why it admits no client', async () => {
    const client = { emit: () => undefined, send: () => undefined };
    await expect(new Base().handleConnection(client)).rejects.toThrow(
      "Base was not made by NestJS, so its connections can't be checked",
    );
  });
});

describe('Under guardEveryRoute', () => {
  const { issuer: startIssuer, keep } = opened();
  it.each<Type>([AskingGateway, DemandingGateway, CheckedAgainGateway, CheckedHeir])(
    'the log has no line on %p',
    async (gateway) => {
      const issuer = await startIssuer();
      for (const extras of [{ guardEveryRoute: true }, { audit: 'error' as const }])
        keep(
          await startApplication(
            { issuers: [issuer.config()], ...extras },
            { providers: [gateway], controllers: [] },
          ),
        );
    },
  );
});

@AuthenticatedGateway()
@WebSocketGateway()
class FirstGateway extends WhoAmI {}

@Public()
@AuthenticatedGateway()
@WebSocketGateway()
class OpenGateway {
  handleConnection(client: Sender): void {
    push(client, 'open', identityOf(client as object)?.subject ?? 'nobody');
  }
}

describe.each(SOCKET_KINDS)('A checked and a public gateway of one server, on %s', (kind) => {
  const { issuer: startIssuer, keep } = opened();
  it.each<[Type[]]>([[[FirstGateway, OpenGateway]], [[OpenGateway, FirstGateway]]])(
    'the caller stays known, and an expired socket is closed: %p',
    async (providers) => {
      const issuer = await startIssuer();
      const application = keep(
        await startApplication(
          { issuers: [{ ...issuer.config(), clockToleranceSeconds: 0 }] },
          { providers, controllers: [], configure: useAdapter(kind) },
        ),
      );
      const alice = keep(
        await connect(kind, application.url, bearer(issuer.token({ expiresInSeconds: 2 }))),
      );
      expect(await alice.next('exception')).toMatchObject({ code: 'token_expired' });
      await alice.ended;
    },
  );
});
