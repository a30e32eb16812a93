import { describe, expect, it } from '@jest/globals';
import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type NestInterceptor,
  Scope,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Query, Resolver, Subscription } from '@nestjs/graphql';
import { MessagePattern } from '@nestjs/microservices';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AccessTokenVerifier,
  callerOf,
  JwtAuthGuard,
  NoIdentityException,
  OptionalAuth,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { authenticatedAs, testIdentity } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication } from '../support/application.js';
import { SERVERS, startGraphQL } from '../support/graphql.js';
import { connectGraphQL } from '../support/graphql-socket.js';
import { LenientGuard } from '../support/lenient.guard.js';
import { answerOf, startHybrid, tcpClientOf } from '../support/microservice.js';
import { opened } from '../support/opened.js';
import { bearer, connect } from '../support/sockets.js';

/** What each call was told, by the name of its handler. */
const told: string[] = [];

function ask(context: ExecutionContext): void {
  const { name } = context.getHandler();
  try {
    told.push(`${name}: ${callerOf(context)?.subject ?? 'nobody'}`);
  } catch (error) {
    told.push(`${name}: ${error instanceof NoIdentityException ? 'not judged' : String(error)}`);
    throw error;
  }
}

@Injectable()
class AskingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    ask(context);
    return true;
  }
}

@Injectable({ scope: Scope.REQUEST })
class AskingPerRequest extends AskingGuard {}

@Injectable()
class AskingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    ask(context);
    return next.handle();
  }
}

const { keep, issuer: makeIssuer } = opened();
const started = async () => {
  told.length = 0;
  const issuer = await makeIssuer();
  return { issuer, config: { issuers: [issuer.config()] } };
};

describe.each(ADAPTERS)('callerOf on %s', (adapter) => {
  @Controller()
  class NotesController {
    @UseGuards(JwtAuthGuard, AskingGuard, AskingPerRequest)
    @UseInterceptors(AskingInterceptor)
    @Get('guarded')
    guarded(): void {}

    @UseGuards(LenientGuard, AskingGuard)
    @Get('lenient')
    lenient(): void {}

    @OptionalAuth()
    @UseGuards(LenientGuard, AskingGuard)
    @Get('lenient-optional')
    lenientOptional(): void {}

    @OptionalAuth()
    @RequireScopes('notes:read')
    @UseGuards(JwtAuthGuard, AskingGuard)
    @Get('demanding')
    demanding(): void {}

    @OptionalAuth()
    @UseGuards(AskingGuard)
    @Get('unguarded')
    unguarded(): void {}
  }

  it('tells guards of any scope, and interceptors', async () => {
    const { issuer, config } = await started();
    const { get } = keep(
      await startApplication(config, { adapter, controllers: [NotesController] }),
    );
    expect((await get('/guarded', issuer.token())).status).toBe(200);
    expect(told).toEqual(['guarded: alice', 'guarded: alice', 'guarded: alice']);
  });

  it('a refusal that code swallowed leaves no caller, and not one that was admitted without a token', async () => {
    const { issuer, config } = await started();
    const { get } = keep(
      await startApplication(config, { adapter, controllers: [NotesController] }),
    );
    for (const token of [undefined, issuer.expiredToken(), 'junk'])
      expect((await get('/lenient', token)).status).toBe(401);
    expect((await get('/lenient-optional', issuer.expiredToken())).status).toBe(401);
    expect((await get('/lenient-optional')).status).toBe(200);
    expect(told).toEqual([
      ...['lenient: not judged', 'lenient: not judged', 'lenient: not judged'],
      ...['lenientOptional: not judged', 'lenientOptional: nobody'],
    ]);
  });

  it('a guard of ours must have been there, also for a stranger', async () => {
    const { issuer, config } = await started();
    const { get } = keep(
      await startApplication(config, { adapter, controllers: [NotesController] }),
    );
    for (const token of [undefined, issuer.token()]) {
      const answer = await get('/unguarded', token);
      expect([answer.status, answer.json]).toMatchObject([401, { code: 'auth_required' }]);
      expect(answer.challenge).toBe('Bearer realm="api"');
    }
    expect((await get('/demanding')).status).toBe(401);
    expect(told).toEqual(['unguarded: not judged', 'unguarded: not judged']);
  });
});

describe.each(SERVERS)('callerOf in resolvers, with %s', (server) => {
  @Resolver()
  class NotesResolver {
    @UseGuards(JwtAuthGuard, AskingGuard)
    @Query(() => String, { nullable: true })
    guarded(): string {
      return 'in';
    }

    @OptionalAuth()
    @UseGuards(JwtAuthGuard, AskingGuard)
    @Query(() => String, { nullable: true })
    optional(): string {
      return 'in';
    }

    @Public()
    @UseGuards(JwtAuthGuard, AskingGuard)
    @Query(() => String, { nullable: true })
    open(): string {
      return 'in';
    }

    @UseGuards(AskingGuard)
    @Query(() => String, { nullable: true })
    forgotten(): string {
      return 'in';
    }

    @UseGuards(JwtAuthGuard, AskingGuard)
    @Subscription(() => String)
    async *ticks(): AsyncGenerator<object> {
      yield { ticks: 'in' };
    }

    @OptionalAuth()
    @UseGuards(JwtAuthGuard, AskingGuard)
    @Subscription(() => String)
    async *tocks(): AsyncGenerator<object> {
      yield { tocks: 'in' };
    }

    @UseGuards(AskingGuard)
    @Subscription(() => String)
    async *leaks(): AsyncGenerator<object> {
      yield { leaks: 'in' };
    }
  }

  it('a stranger who was let in to one field is none in another', async () => {
    const { issuer, config } = await started();
    const { query } = keep(await startGraphQL(server, config, { resolvers: [NotesResolver] }));
    expect((await query('{ optional open guarded forgotten }')).data).toEqual({
      ...{ optional: 'in', open: 'in', guarded: null, forgotten: null },
    });
    expect(told.toSorted()).toEqual([
      ...['forgotten: not judged', 'open: nobody', 'optional: nobody'],
    ]);
    told.length = 0;
    const answer = await query('{ optional open guarded }', issuer.token());
    expect(answer.data).toEqual({ optional: 'in', open: 'in', guarded: 'in' });
    expect(told.toSorted()).toEqual(['guarded: alice', 'open: nobody', 'optional: alice']);
  });

  it('tells guards of subscriptions', async () => {
    const { issuer, config } = await started();
    const { url } = keep(
      await startGraphQL(server, config, {
        resolvers: [NotesResolver],
        graphql:
          server === 'Mercurius'
            ? { subscription: true }
            : { subscriptions: { 'graphql-ws': true } },
      }),
    );
    const first = async (query: string, token?: string): Promise<void> => {
      const connectionParams = token === undefined ? {} : { Authorization: `Bearer ${token}` };
      const socket = keep(connectGraphQL(url, { connectionParams }));
      await socket.first(query).catch(() => undefined);
    };
    await first('subscription { ticks }', issuer.token());
    await first('subscription { tocks }');
    await first('subscription { leaks }', issuer.token());
    expect(told).toEqual(['ticks: alice', 'tocks: nobody', 'leaks: not judged']);
  });
});

describe('callerOf where no filter of ours is asked', () => {
  it('a message of a gateway is refused all the same', async () => {
    @WebSocketGateway()
    class Gateway {
      @UseGuards(AskingGuard, JwtAuthGuard)
      @SubscribeMessage('early')
      early(): object {
        return { event: 'exception', data: 'handled' };
      }

      @UseGuards(JwtAuthGuard, AskingGuard)
      @SubscribeMessage('late')
      late(): object {
        return { event: 'exception', data: 'handled' };
      }
    }
    const { issuer, config } = await started();
    const { url } = keep(await startApplication(config, { controllers: [], providers: [Gateway] }));
    const socket = keep(await connect('socket.io', url, bearer(issuer.token())));
    for (const message of ['early', 'late', 'early']) socket.send(message);
    const answers = [
      ...[await socket.next('exception'), await socket.next('exception')],
      await socket.next('exception'),
    ];
    expect(answers).toContain('handled');
    expect(answers.filter((answer) => answer !== 'handled')).toEqual([
      expect.objectContaining({ status: 'error' }),
      expect.objectContaining({ status: 'error' }),
    ]);
    expect(told.toSorted()).toEqual(['early: not judged', 'early: not judged', 'late: alice']);
  });

  it('a message of a hybrid application is refused all the same', async () => {
    @Controller()
    class Jobs {
      @UseGuards(AskingGuard, JwtAuthGuard)
      @MessagePattern('early')
      early(): string {
        return 'handled';
      }
    }
    const { issuer, config } = await started();
    const { service } = keep(await startHybrid({ config, controllers: [Jobs] }, {}));
    const client = tcpClientOf(service);
    keep({ close: async () => client.close() });
    const message = { authorization: `Bearer ${issuer.token()}` };
    expect(await answerOf(client.send('early', message))).toMatchObject({
      refused: { status: 'error' },
    });
    expect(told).toEqual(['early: not judged']);
  });
});

describe('callerOf in a test of a guard', () => {
  class Handlers {
    list(): void {}

    @OptionalAuth()
    greeting(): void {}

    @Public()
    about(): void {}
  }

  function contextOf(
    type: string,
    args: unknown[],
    name: keyof Handlers = 'list',
  ): ExecutionContextHost {
    const context = new ExecutionContextHost(args, Handlers, Handlers.prototype[name]);
    context.setType(type);
    return context;
  }

  const CALLS: Readonly<Record<string, () => [string, unknown[]]>> = {
    'a request': () => ['http', [{ headers: {} }, {}]],
    'a payload': () => ['http', [{ job: 'sweep' }]],
    'a resolver': () => ['graphql', [{}, {}, { req: { headers: {} } }, {}]],
    'a message': () => ['rpc', [{}, {}]],
    'a message of a socket': () => ['ws', [{ handshake: { headers: {} } }, {}, 'whoami']],
  };

  it.each(Object.entries(CALLS))(
    'knows whom authenticatedAs made the caller: %s',
    (_what, make) => {
      const context = contextOf(...make());
      expect(() => callerOf(context)).toThrow(NoIdentityException);
      void authenticatedAs({ subject: 'bob' }).canActivate(context);
      expect(callerOf(context)?.subject).toBe('bob');
    },
  );

  const byHand = (user: unknown, name: keyof Handlers = 'list'): ExecutionContext =>
    ({
      getType: () => 'http',
      getClass: () => Handlers,
      getHandler: () => Handlers.prototype[name],
      switchToHttp: () => ({ getRequest: () => ({ user }), getResponse: () => ({}) }),
    }) as unknown as ExecutionContext;

  it('takes testIdentity of a context that was made by hand, and nothing that looks like it', () => {
    expect(callerOf(byHand(testIdentity({ subject: 'bob' })))?.subject).toBe('bob');
    expect(callerOf(byHand(testIdentity(), 'about'))).toBeUndefined();
    for (const name of ['list', 'greeting'] as const)
      for (const user of [undefined, { ...testIdentity() }, { issuer: 'i', subject: 's' }])
        expect(() => callerOf(byHand(user, name))).toThrow(NoIdentityException);
  });

  it('takes what AccessTokenVerifier gives', async () => {
    const { issuer, config } = await started();
    const { app } = keep(await startApplication(config));
    const user = await app.get(AccessTokenVerifier).verify(issuer.token());
    expect(callerOf(byHand(user))).toBe(user);
  });

  it('refuses a kind of call that it does not know', () => {
    expect(() => callerOf(contextOf('telepathy', [{}]))).toThrow('a call of type "telepathy"');
  });
});
