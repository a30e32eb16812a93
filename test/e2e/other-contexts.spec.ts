import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { JwtAuthGuard, TokenExpiredException } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { lastValueFrom, type Observable } from 'rxjs';
import { RefusalExceptionFilter } from '../../src/core/refusals/refusal.filter.js';
import { exchangeOf } from '../../src/core/calls/exchange-of.js';
import { startApplication, type TestApplication } from '../support/application.js';
import { expectSoundProcess } from '../support/attack.js';
import { NotesController } from '../support/notes.controller.js';

describe('Calls that are not HTTP', () => {
  expectSoundProcess();
  let issuer: TestIssuer;
  let application: TestApplication;
  beforeAll(async () => {
    issuer = await createTestIssuer();
    application = await startApplication({ issuers: [issuer.config()] });
  });
  afterAll(async () => {
    await application.close();
    await issuer.close();
  });

  function contextOf(type: string): ExecutionContextHost {
    const context = new ExecutionContextHost(
      [{}, {}],
      NotesController,
      NotesController.prototype.list,
    );
    context.setType(type);
    return context;
  }

  it.each(['telepathy', 'constructor', '__proto__'])(
    'a call of type %s is refused with an error that says what to do',
    async (type) => {
      const guard = application.app.get(JwtAuthGuard);
      await expect(guard.canActivate(contextOf(type))).rejects.toThrow(
        `JwtAuthGuard does not know where a call of type "${type}" has its token, and refuses it. ` +
          'Verify the token there with AccessTokenVerifier.',
      );
    },
  );

  it.each([
    ['nothing else', {}],
    ['mocks of the rest', { getArgs: () => undefined, getArgByIndex: () => undefined }],
    ['no arguments', { getArgs: () => [] }],
  ])(
    'a context made by hand, with switchToHttp and %s, is checked as HTTP',
    async (_with, rest) => {
      const request = { headers: { authorization: `Bearer ${issuer.token()}` }, user: undefined };
      const context = {
        getType: () => 'http',
        getClass: () => NotesController,
        getHandler: () => NotesController.prototype.list,
        switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({}) }),
        ...rest,
      } as unknown as ExecutionContext;
      expect(await application.app.get(JwtAuthGuard).canActivate(context)).toBe(true);
      expect(request.user).toMatchObject({ issuer: issuer.issuer });
    },
  );

  it('contexts made by hand without arguments are calls of their own: no caller is taken for another', async () => {
    const callerOf = async (token: string): Promise<unknown> => {
      const request = { headers: { authorization: `Bearer ${token}` }, user: undefined };
      const context = {
        getType: () => 'http',
        getClass: () => NotesController,
        getHandler: () => NotesController.prototype.list,
        switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({}) }),
      } as unknown as ExecutionContext;
      const verdict = application.app.get(JwtAuthGuard).canActivate(context);
      await verdict.catch(() => undefined);
      return (request.user as { subject?: string } | undefined)?.subject;
    };
    expect(await callerOf(issuer.token({ subject: 'alice' }))).toBe('alice');
    expect(await callerOf(issuer.token({ subject: 'bob' }))).toBe('bob');
    expect(await callerOf(issuer.tamperedToken())).toBeUndefined();
  });

  it.each([[undefined], [null], ['text'], [7]])(
    'a GraphQL context made by hand with variables %j is checked, and each call by itself',
    async (variableValues) => {
      const outcomeOf = async (token: string): Promise<string> => {
        const req = { headers: { authorization: `Bearer ${token}` } };
        const context = new ExecutionContextHost(
          [{}, {}, { req }, { variableValues }],
          NotesController,
          NotesController.prototype.list,
        );
        context.setType('graphql');
        return application.app
          .get(JwtAuthGuard)
          .canActivate(context)
          .then(String, ({ code }: { code: string }) => code);
      };
      expect(await outcomeOf(issuer.token())).toBe('true');
      expect(await outcomeOf(issuer.tamperedToken())).toBe('signature_invalid');
    },
  );

  it('a context whose arguments cannot be read is refused with that error, and the process lives on', async () => {
    const context = {
      getType: () => 'http',
      getClass: () => NotesController,
      getHandler: () => NotesController.prototype.list,
      getArgs: () => {
        throw new Error('no arguments here');
      },
    } as unknown as ExecutionContext;
    const guard = application.app.get(JwtAuthGuard);
    await expect((async () => guard.canActivate(context))()).rejects.toThrow('no arguments here');
    await new Promise(setImmediate);
  });

  it('a message whose transport gave it no context is refused with an error that says what to do', async () => {
    const context = new ExecutionContextHost(
      ['text'],
      NotesController,
      NotesController.prototype.list,
    );
    context.setType('rpc');
    const guard = application.app.get(JwtAuthGuard);
    await expect(guard.canActivate(context)).rejects.toThrow(
      'The transport of a message gave it no context.',
    );
  });

  it('a user in the context of a message makes no caller', () => {
    const user = { issuer: issuer.issuer, subject: 'alice' };
    const context = new ExecutionContextHost(
      [{}, { user }],
      NotesController,
      NotesController.prototype.list,
    );
    context.setType('rpc');
    expect(exchangeOf(context).holder.user).toBeUndefined();
  });

  it('the exception filter reports to a message’s sender as an error, not as a success', async () => {
    const filter = application.app.get(RefusalExceptionFilter);
    const answer = filter.catch(
      new TokenExpiredException(),
      contextOf('rpc'),
    ) as Observable<unknown>;
    await expect(lastValueFrom(answer)).rejects.toMatchObject({ code: 'token_expired' });
  });
});
