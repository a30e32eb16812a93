import { describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  type Type,
  UnauthorizedException,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import {
  type AuthModuleConfig,
  type AuthModuleExtras,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Protected,
  Public,
  RequireScopes,
  TrustedIssuers,
} from 'nestjs-trusted-issuers';
import { AuthenticatedGateway, WsRefusalFilter } from 'nestjs-trusted-issuers/websockets';
import { type ApplicationOptions, startApplication } from '../support/application.js';
import { MovableClock } from '../support/movable-clock.js';
import { opened } from '../support/opened.js';
import {
  bearer,
  connect,
  type Handshake,
  SOCKET_KINDS,
  type TestSocket,
  useAdapter,
} from '../support/sockets.js';
import { unauthorizedBody } from '../support/unauthorized.js';

const AUTH_REQUIRED = unauthorizedBody('auth_required');

/** Lets everybody connect, so that what is refused here is refused by message. */
@Public()
@AuthenticatedGateway()
@WebSocketGateway()
class ChatGateway {
  @Protected()
  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() identity: Identity): object {
    return { event: 'whoami', data: identity.id };
  }

  @SubscribeMessage('about')
  about(): object {
    return { event: 'about', data: 'chat' };
  }

  @OptionalAuth()
  @SubscribeMessage('greet')
  greet(@CurrentIdentity() identity: Identity | undefined): object {
    return { event: 'greet', data: identity?.subject ?? 'stranger' };
  }

  @Protected()
  @RequireScopes('chat:write')
  @SubscribeMessage('say')
  say(@MessageBody() text: string): object {
    return { event: 'say', data: text };
  }

  @Protected()
  @SubscribeMessage('own')
  own(): void {
    throw new UnauthorizedException('Not on Sundays');
  }

  @SubscribeMessage('own-object')
  ownObject(): void {
    throw new UnauthorizedException({ my: 'body' });
  }

  @SubscribeMessage('ws-exception')
  wsException(): void {
    throw new WsException({ my: 'error' });
  }
}

/** Nothing but the guard. */
@UseGuards(JwtAuthGuard)
@WebSocketGateway()
class PlainGateway {
  @SubscribeMessage('whoami')
  whoami(@CurrentIdentity() identity: Identity): object {
    return { event: 'whoami', data: identity.id };
  }
}

/** Forgot its guard on two handlers. */
@Public()
@UseFilters(WsRefusalFilter)
@WebSocketGateway()
class ForgetfulGateway {
  @Protected()
  @UseGuards(JwtAuthGuard)
  @SubscribeMessage('guarded')
  guarded(@CurrentIdentity() identity: Identity): object {
    return { event: 'guarded', data: identity.id };
  }

  @SubscribeMessage('forgotten')
  forgotten(@CurrentIdentity() identity: Identity): object {
    return { event: 'forgotten', data: identity.id };
  }

  @Protected()
  @RequireScopes('chat:write')
  @SubscribeMessage('demanding')
  demanding(): object {
    return { event: 'demanding', data: 'said' };
  }
}

/** Lets in whom ours refuses: an API key may do instead. */
@Injectable()
class EitherGuard implements CanActivate {
  constructor(private readonly ours: JwtAuthGuard) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    try {
      return await this.ours.canActivate(context);
    } catch {
      return true;
    }
  }
}

@UseFilters(WsRefusalFilter)
@WebSocketGateway()
class EitherGateway {
  @UseGuards(EitherGuard)
  @SubscribeMessage('either')
  either(@CurrentIdentity() identity: Identity): object {
    return { event: 'either', data: identity.id };
  }
}

describe.each(SOCKET_KINDS)('Messages to a gateway on %s', (kind) => {
  const { keep, issuer: startIssuer } = opened();

  async function start(
    config: AuthModuleConfig & AuthModuleExtras,
    gateway: Type = ChatGateway,
    options: ApplicationOptions = {},
  ) {
    const application = keep(
      await startApplication(config, {
        ...{ providers: [gateway], controllers: [], configure: useAdapter(kind) },
        ...options,
      }),
    );
    const join = async (handshake?: Handshake): Promise<TestSocket> =>
      keep(await connect(kind, application.url, handshake));
    return { ...application, join };
  }

  it('carry the identity of the token that the socket connected with', async () => {
    const issuer = await startIssuer();
    const { join } = await start({ issuers: [issuer.config()] });
    const alice = await join(bearer(issuer.token({ subject: 'alice' })));
    const bob = await join(bearer(issuer.token({ subject: 'bob' })));
    const answers = await Promise.all([
      ...[alice, bob, alice].map((socket) => socket.ask('whoami')),
      ...[alice, bob].map((socket) => socket.ask('greet')),
    ]);
    const { issuer: name } = issuer;
    expect(answers).toEqual([`${name}|alice`, `${name}|bob`, `${name}|alice`, 'alice', 'bob']);
  });

  it('without a token are refused with the documented body, and by nothing else', async () => {
    const issuer = await startIssuer();
    const { join, log } = await start({ issuers: [issuer.config()] });
    const socket = await join();
    socket.send('whoami', 'a secret');
    expect(await socket.next('exception')).toEqual(AUTH_REQUIRED);
    expect(await socket.ask('about')).toBe('chat');
    expect(await socket.ask('greet')).toBe('stranger');
    expect(socket.received.map(({ event }) => event)).toEqual(['exception', 'about', 'greet']);
    expect(log.text('error')).toBe('');
  });

  it('with a bad token are refused, optional ones as well, and the token is in no answer or log', async () => {
    const issuer = await startIssuer();
    const { join, log } = await start({ issuers: [issuer.config()] });
    const token = issuer.expiredToken();
    const socket = await join(bearer(token));
    for (const message of ['whoami', 'greet', 'say']) {
      socket.send(message, token);
      expect(await socket.next('exception')).toMatchObject({ status: 401, code: 'token_expired' });
    }
    expect(await socket.ask('about')).toBe('chat');
    expect(JSON.stringify(socket.received)).not.toContain(token);
    expect(log.text()).not.toContain(token);
  });

  it('demand scopes', async () => {
    const issuer = await startIssuer();
    const { join } = await start({ issuers: [issuer.config()] });
    const reader = await join(bearer(issuer.token({ scopes: ['chat:read'] })));
    reader.send('say', 'hello');
    expect(await reader.next('exception')).toEqual({
      status: 403,
      error: 'Forbidden',
      message: 'Insufficient scope',
      code: 'insufficient_scope',
      authenticateHint: 'Bearer realm="api"',
    });
    const writer = await join(bearer(issuer.token({ scopes: ['chat:write'] })));
    expect(await writer.ask('say', 'hello')).toBe('hello');
  });

  it('are checked again each time: expiry, revocation, an issuer that was removed', async () => {
    const clock = new MovableClock();
    const issuer = await startIssuer({ now: clock.now });
    const revoked = new Set<string>();
    const { join, app } = await start(
      {
        issuers: [issuer.config()],
        isRevoked: ({ subject }) => revoked.has(subject),
      },
      ChatGateway,
      { clock },
    );
    const short = await join(bearer(issuer.token({ expiresInSeconds: 60 })));
    const alice = await join(bearer(issuer.token({ subject: 'alice', expiresInSeconds: 600 })));
    const codeOf = async (socket: TestSocket): Promise<unknown> => {
      socket.send('whoami');
      return ((await socket.next('exception')) as { code: unknown }).code;
    };
    for (const socket of [short, alice]) await socket.ask('whoami');
    clock.advance(66);
    expect(await codeOf(short)).toBe('token_expired');
    await alice.ask('whoami');
    revoked.add('alice');
    expect(await codeOf(alice)).toBe('token_revoked');
    revoked.clear();
    app.get(TrustedIssuers).remove(issuer.issuer);
    expect(await codeOf(alice)).toBe('issuer_untrusted');
  });

  it('have no identity any more when a guard of the application lets in whom ours refused', async () => {
    const clock = new MovableClock();
    const issuer = await startIssuer({ now: clock.now });
    const { join } = await start({ issuers: [issuer.config()] }, EitherGateway, {
      ...{ clock, providers: [ChatGateway, EitherGateway] },
    });
    const socket = await join(bearer(issuer.token({ expiresInSeconds: 60 })));
    await socket.ask('either');
    clock.advance(66);
    socket.send('either');
    expect(await socket.next('exception')).toMatchObject({ code: 'auth_required' });
  });

  it('whose token can’t be checked get the 503, and the socket stays', async () => {
    const issuer = await startIssuer();
    const { join } = await start({
      issuers: [{ ...issuer.config(), keys: { jwksUri: 'http://127.0.0.1:9/jwks' } }],
    });
    const socket = await join(bearer(issuer.token()));
    socket.send('whoami');
    expect(await socket.next('exception')).toMatchObject({ status: 503, code: 'keys_unavailable' });
    expect(await socket.ask('about')).toBe('chat');
  });

  it('end in the documented body for an UnauthorizedException of the application’s own', async () => {
    const issuer = await startIssuer();
    const { join } = await start({ issuers: [issuer.config()], realm: 'chat' });
    const socket = await join(bearer(issuer.token()));
    socket.send('own');
    expect(await socket.next('exception')).toEqual({
      ...AUTH_REQUIRED,
      ...{ message: 'Not on Sundays', authenticateHint: 'Bearer realm="chat"' },
    });
    socket.send('own-object');
    expect(await socket.next('exception')).toEqual({ my: 'body' });
    socket.send('ws-exception');
    expect(await socket.next('exception')).toEqual({ my: 'error' });
  });

  it('that no guard checked have no identity, even after one that a guard did check', async () => {
    const issuer = await startIssuer();
    @AuthenticatedGateway()
    @WebSocketGateway()
    class DoorGateway {}
    const { join, log } = await start({ issuers: [issuer.config()] }, ForgetfulGateway, {
      providers: [DoorGateway, ForgetfulGateway],
    });
    const socket = await join(bearer(issuer.token({ subject: 'alice', scopes: ['chat:write'] })));
    expect(await socket.ask('guarded')).toBe(`${issuer.issuer}|alice`);
    socket.send('forgotten');
    expect(await socket.next('exception')).toEqual(AUTH_REQUIRED);
    socket.send('demanding');
    expect(await socket.next('exception')).toEqual(AUTH_REQUIRED);
    expect(log.text('error')).toContain('ForgetfulGateway.forgotten asks for @CurrentIdentity()');
    expect(log.text('error')).toContain('ForgetfulGateway.demanding demands scopes');
  });

  it('find the token in every configured source; two are one too many', async () => {
    const issuer = await startIssuer();
    const { join } = await start({
      issuers: [issuer.config()],
      tokenSources: [
        'header',
        { cookie: 'session' },
        { query: 'access_token' },
        (request) => (request as { headers: Record<string, string> }).headers['x-token'],
      ],
    });
    const token = issuer.token({ subject: 'alice' });
    const good: Handshake[] = [
      bearer(token),
      { headers: { Cookie: `session=${token}` } },
      { query: `?access_token=${token}` },
      { headers: { 'X-Token': token } },
    ];
    for (const handshake of good)
      expect(await (await join(handshake)).ask('whoami')).toBe(`${issuer.issuer}|alice`);
    const bad: Handshake[] = [
      { ...bearer(token), query: `?access_token=${token}` },
      // socket.io's client sends but the last of two.
      ...(kind === 'ws' ? [{ query: `?access_token=${token}&access_token=${token}` }] : []),
      { headers: { Cookie: `session=${token}`, 'X-Token': token } },
    ];
    for (const handshake of bad) {
      const socket = await join(handshake);
      socket.send('whoami');
      expect(await socket.next('exception')).toMatchObject({
        status: 400,
        code: 'invalid_request',
      });
    }
  });
});

describe('Messages to a gateway that has nothing but the guard', () => {
  const { keep, issuer: startIssuer } = opened();

  it('of socket.io are guarded, and the token may be in auth.token, with or without Bearer', async () => {
    const issuer = await startIssuer();
    const { url } = keep(
      await startApplication(
        { issuers: [issuer.config()] },
        { providers: [PlainGateway], controllers: [] },
      ),
    );
    const token = issuer.token({ subject: 'alice' });
    const ask = async (handshake: Handshake): Promise<unknown> => {
      const socket = keep(await connect('socket.io', url, handshake));
      socket.send('whoami');
      return Promise.race([socket.next('whoami'), socket.next('exception')]);
    };
    const alice = `${issuer.issuer}|alice`;
    expect(await ask(bearer(token))).toBe(alice);
    expect(await ask({ auth: { token } })).toBe(alice);
    expect(await ask({ auth: { token: `Bearer ${token}` } })).toBe(alice);
    // A gateway behind a proxy with credentials of its own: those are no token.
    expect(await ask({ headers: { Authorization: 'Basic YTpi' }, auth: { token } })).toBe(alice);

    const refused: readonly (readonly [Handshake, string])[] = [
      [{}, 'auth_required'],
      [{ auth: { token: '' } }, 'auth_required'],
      [{ auth: { token: 'Bearer ' } }, 'auth_required'],
      [{ auth: { token: null } }, 'auth_required'],
      [{ auth: { token: { toString: token } } }, 'token_malformed'],
      [{ auth: { token: 'Basic YTpi' } }, 'token_malformed'],
      [{ auth: { token: [token, token] } }, 'invalid_request'],
      [{ ...bearer(token), auth: { token } }, 'invalid_request'],
    ];
    for (const [handshake, code] of refused) expect(await ask(handshake)).toMatchObject({ code });
  });

  it('of ws are refused with an error that says what to do, because the handshake was not kept', async () => {
    const issuer = await startIssuer();
    const application = keep(
      await startApplication(
        { issuers: [issuer.config()] },
        { providers: [PlainGateway], controllers: [], configure: useAdapter('ws') },
      ),
    );
    const socket = keep(await connect('ws', application.url, bearer(issuer.token())));
    socket.send('whoami');
    expect(await socket.next('exception')).toMatchObject({ message: 'Internal server error' });
    expect(application.log.text('error')).toContain('Write @AuthenticatedGateway()');
  });
});
