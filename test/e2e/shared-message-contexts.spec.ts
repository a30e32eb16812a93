import { describe, expect, it } from '@jest/globals';
import { Controller, Scope, UseGuards } from '@nestjs/common';
import {
  Ctx,
  type CustomTransportStrategy,
  EventPattern,
  MessagePattern,
  Payload,
  Server,
} from '@nestjs/microservices';
import { CurrentIdentity, type Identity, JwtAuthGuard, OptionalAuth } from 'nestjs-trusted-issuers';
import { firstValueFrom, isObservable } from 'rxjs';
import { startMicroservice } from '../support/microservice.js';
import { opened } from '../support/opened.js';

/** A transport that hands over whatever context it is told to, however often it did before. */
class OwnTransport extends Server implements CustomTransportStrategy {
  listen(callback: () => void): void {
    callback();
  }

  close(): void {}

  on(): void {}

  unwrap<T>(): T {
    return this as never;
  }

  async deliver(pattern: string, data: unknown, context: unknown): Promise<unknown> {
    const handler = this.getHandlerByPattern(pattern);
    try {
      const answer: unknown = await handler?.(data, context as never);
      return isObservable(answer) ? await firstValueFrom(answer) : answer;
    } catch (error) {
      return { refused: error };
    }
  }
}

/** A point in a handler where the test goes on with something else. */
class Pause {
  private release: () => void = () => undefined;
  private readonly over = new Promise<void>((resolve) => (this.release = resolve));
  private enter: () => void = () => undefined;
  readonly reached = new Promise<void>((resolve) => (this.enter = resolve));

  end(): void {
    this.release();
  }

  async here(): Promise<void> {
    this.enter();
    await this.over;
  }
}

let pause: Pause | undefined;

/** Waits between two guards. */
class PausingGuard {
  async canActivate(): Promise<boolean> {
    await pause?.here();
    return true;
  }
}

@UseGuards(JwtAuthGuard)
@Controller()
class JobsController {
  static readonly heard: string[] = [];

  @MessagePattern('whoami')
  whoami(@Payload() _data: unknown, @Ctx() _context: object, @CurrentIdentity() who: Identity) {
    return who.subject;
  }

  @UseGuards(PausingGuard, JwtAuthGuard)
  @MessagePattern('twice')
  twice(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @OptionalAuth()
  @MessagePattern('greet')
  greet(@CurrentIdentity() identity: Identity | undefined): string {
    return identity?.subject ?? 'stranger';
  }

  @MessagePattern('arguments')
  arguments(...given: unknown[]): number {
    return given.length;
  }

  @EventPattern('done')
  done(@CurrentIdentity() { subject }: Identity): void {
    JobsController.heard.push(`one ${subject}`);
  }
}

@UseGuards(JwtAuthGuard)
@Controller({ scope: Scope.REQUEST })
class PerMessageController {
  @MessagePattern('scoped')
  scoped(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }
}

describe('One context for many messages', () => {
  const { keep, issuer: startIssuer } = opened();

  async function start(isRevoked?: () => Promise<boolean>) {
    pause = undefined;
    const issuer = await startIssuer();
    const transport = new OwnTransport();
    const { log } = keep(
      await startMicroservice(
        {
          config: { issuers: [issuer.config()], ...(isRevoked && { isRevoked }) },
          controllers: [JobsController, PerMessageController],
        },
        { strategy: transport },
      ),
    );
    const by = (subject: string) => `Bearer ${issuer.token({ subject })}`;
    return { transport, log, by };
  }

  it('gives each the identity of its own token, one after the other', async () => {
    const { transport, by } = await start();
    const context = {};
    for (const pattern of ['whoami', 'scoped', 'greet', 'twice'])
      for (const subject of ['alice', 'bob', 'alice'])
        expect([
          pattern,
          await transport.deliver(pattern, { authorization: by(subject) }, context),
        ]).toEqual([pattern, subject]);
    expect(await transport.deliver('greet', {}, context)).toBe('stranger');
    expect(await transport.deliver('whoami', {}, context)).toMatchObject({
      refused: { code: 'auth_required' },
    });
    expect(await transport.deliver('arguments', { authorization: by('bob') }, context)).toBe(1);
  });

  it.each([
    ['of its own', (authorization: string) => ({ authorization })],
    ['that is a primitive', () => 'sweep'],
  ])('keeps Alice Alice while Bob’s comes with a payload %s', async (_kind, payloadOf) => {
    const { transport, by } = await start();
    // Metadata that the transport writes anew for each message.
    let metadata: object | undefined;
    const context = { getMetadata: () => metadata };
    const deliver = (pattern: string, subject: string): Promise<unknown> => {
      const payload = payloadOf(by(subject));
      metadata = typeof payload === 'string' ? { authorization: by(subject) } : undefined;
      return transport.deliver(pattern, payload, context);
    };
    expect(await deliver('whoami', 'carol')).toBe('carol');
    pause = new Pause();
    const alice = deliver('twice', 'alice');
    await pause.reached;
    expect(await deliver('whoami', 'bob')).toBe('bob');
    pause.end();
    expect(await alice).toBe('alice');
  });

  it.each([
    ['of its own', (authorization: string) => ({ authorization })],
    ['that is a primitive', () => 'sweep'],
  ])('refuses a message with a payload %s while another is checked', async (_kind, payloadOf) => {
    const lookUp = new Pause();
    const { transport, log, by } = await start(async () => {
      await lookUp.here();
      return false;
    });
    let metadata: object | undefined;
    const context = { getMetadata: () => metadata };
    const deliver = (subject: string): Promise<unknown> => {
      const payload = payloadOf(by(subject));
      metadata = typeof payload === 'string' ? { authorization: by(subject) } : undefined;
      return transport.deliver('whoami', payload, context);
    };
    const alice = deliver('alice');
    await lookUp.reached;
    expect(await deliver('bob')).toMatchObject({ refused: { message: 'Internal server error' } });
    expect(log.text('error')).toContain('Have the transport make a new context for each message.');
    lookUp.end();
    expect(await alice).toBe('alice');
    expect(await deliver('bob')).toBe('bob');
  });

  it('lets several handlers of one event have the same message', async () => {
    const lookUp = new Pause();
    const { transport, by } = await start(async () => {
      await lookUp.here();
      return false;
    });
    const message = { authorization: by('alice') };
    const context = {};
    JobsController.heard.length = 0;
    const both = ['done', 'whoami'].map((name) => transport.deliver(name, message, context));
    await lookUp.reached;
    lookUp.end();
    expect((await Promise.all(both))[1]).toBe('alice');
    expect(JobsController.heard).toEqual(['one alice']);
  });

  it('needs nothing of the context: it may be frozen', async () => {
    const { transport, by } = await start();
    const context = Object.freeze({});
    expect(await transport.deliver('whoami', { authorization: by('alice') }, context)).toBe(
      'alice',
    );
  });

  it('is refused where there is none', async () => {
    const { transport, by } = await start();
    const answer = await transport.deliver('whoami', { authorization: by('alice') }, undefined);
    expect(answer).toMatchObject({ refused: { message: 'Internal server error' } });
  });
});
