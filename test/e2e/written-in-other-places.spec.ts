import { Controller, Injectable, Scope, UseGuards } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import { describe, expect, it } from '@jest/globals';
import { JwtAuthGuard } from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { startApplication } from '../support/application.js';
import { answerOf, startMicroservice, tcpClientOf } from '../support/microservice.js';

describe('A provider that answers to every name', () => {
  it('does not stop the start', async () => {
    // As stubs of tests and proxies of other libraries do; a promise it is not.
    const anything = new Proxy(
      {},
      { get: (_target, name) => (name === 'then' ? undefined : () => undefined) },
    );
    const config = { issuers: ['https://login.example.com'], audience: 'notes' };
    const application = await startApplication(config, {
      providers: [{ provide: 'ANYTHING', useFactory: () => anything }],
    });
    await application.close();
  });
});

@Controller({ scope: Scope.REQUEST })
class BoundJobs {
  constructor() {
    this.take = this.take.bind(this);
  }

  @UseGuards(JwtAuthGuard)
  @MessagePattern('take')
  take(): string {
    return 'in';
  }

  @UseGuards(JwtAuthGuard)
  @MessagePattern('method')
  method(): string {
    return 'in';
  }
}

it('A message handler that is replaced for each message is refused', async () => {
  const issuer = await createTestIssuer({ listen: false });
  const config = { issuers: [issuer.config()] };
  const { service, close } = await startMicroservice({ config, controllers: [BoundJobs] });
  const client = tcpClientOf(service);
  const send = (pattern: string, data: object): Promise<unknown> =>
    answerOf(client.send(pattern, data));
  try {
    const good = { authorization: `Bearer ${issuer.token()}` };
    expect(await send('take', {})).toMatchObject({ refused: { code: 'auth_required' } });
    expect(await send('take', good)).toMatchObject({ refused: { code: 'auth_required' } });
    expect(await send('method', {})).toMatchObject({ refused: { code: 'auth_required' } });
    expect(await send('method', good)).toBe('in');
  } finally {
    await client.close();
    await close();
  }
});

@Injectable()
class Tools {
  @UseGuards(JwtAuthGuard)
  run(): string {
    return 'in';
  }
}

describe('A payload of ExternalContextCreator’s that comes again', () => {
  it('is checked again', async () => {
    const issuer = await createTestIssuer({ listen: false });
    let revoked = false;
    const config = { issuers: [issuer.config()], isRevoked: () => revoked };
    const application = await startApplication(config, { providers: [Tools], controllers: [] });
    const tools = application.app.get(Tools);
    const creator = application.app.get(ExternalContextCreator, { strict: false });
    const run = creator.create(tools, tools.run, 'run') as (session: object) => Promise<unknown>;
    const session = { headers: { authorization: `Bearer ${issuer.token()}` } };
    try {
      expect(await run(session)).toBe('in');
      revoked = true;
      await expect(run(session)).rejects.toMatchObject({ code: 'token_revoked' });
      session.headers.authorization = 'Bearer nonsense';
      revoked = false;
      await expect(run(session)).rejects.toMatchObject({ code: 'token_malformed' });
    } finally {
      await application.close();
    }
  });
});
