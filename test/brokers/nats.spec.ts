import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { Controller, UseGuards } from '@nestjs/common';
import {
  type ClientProxy,
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  type NatsOptions,
  NatsRecordBuilder,
  Transport,
} from '@nestjs/microservices';
import { CurrentIdentity, type Identity, JwtAuthGuard } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../support/free-port.js';
import { answerOf, startMicroservice } from '../support/microservice.js';
import type { CapturedLog } from '../support/captured-log.js';
import { unauthorizedBody } from '../support/unauthorized.js';

@UseGuards(JwtAuthGuard)
@Controller()
class JobsController {
  static readonly done: string[] = [];

  @MessagePattern('jobs.whoami')
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @EventPattern('jobs.done')
  done(@CurrentIdentity() { subject }: Identity): void {
    JobsController.done.push(subject);
  }
}

describe('Messages by way of a NATS server', () => {
  let broker: ChildProcess;
  let issuer: TestIssuer;
  let microservice: { log: CapturedLog; close(): Promise<void> };
  let client: ClientProxy;

  beforeAll(async () => {
    const port = await freePort();
    broker = spawn('nats-server', ['--addr', '127.0.0.1', '--port', String(port)]);
    // It says on stderr when it is ready.
    for (let said = ''; !said.includes('Server is ready');) {
      const [chunk] = (await once(broker.stderr!, 'data')) as [Buffer];
      said += chunk.toString();
    }
    issuer = await createTestIssuer();
    const options: NatsOptions = {
      transport: Transport.NATS,
      options: { servers: [`nats://127.0.0.1:${port}`] },
    };
    const parts = { config: { issuers: [issuer.config()] }, controllers: [JobsController] };
    microservice = await startMicroservice(parts, options);
    client = ClientProxyFactory.create(options);
    await client.connect();
  });
  afterAll(async () => {
    await client.close();
    await microservice.close();
    await issuer.close();
    broker.kill();
    await once(broker, 'exit');
  });

  const withAuthorization = (...values: readonly string[]) => {
    const headers = natsHeaders();
    for (const value of values) headers.append('authorization', value);
    return new NatsRecordBuilder({ job: 'sweep' }).setHeaders(headers).build();
  };
  const ask = (data: unknown): Promise<unknown> => answerOf(client.send('jobs.whoami', data));

  it('carry the identity of the token in their headers', async () => {
    const authorization = `Bearer ${issuer.token({ subject: 'alice' })}`;
    expect(await ask(withAuthorization(authorization))).toBe('alice');
  });

  it('are refused with the documented body', async () => {
    const token = issuer.token();
    expect(await ask({ authorization: `Bearer ${token}` })).toEqual({
      refused: unauthorizedBody('auth_required'),
    });
    const refused: readonly (readonly [unknown, string])[] = [
      [withAuthorization(`Bearer ${issuer.expiredToken()}`), 'token_expired'],
      [withAuthorization('Bearer no.jwt'), 'token_malformed'],
      [withAuthorization(`Bearer ${token}`, `Bearer ${token}`), 'invalid_request'],
    ];
    for (const [record, code] of refused)
      expect(await ask(record)).toMatchObject({ refused: { code } });
  });

  it('that are events and bad are dropped, and the service goes on', async () => {
    const expired = issuer.expiredToken();
    client.emit('jobs.done', withAuthorization(`Bearer ${expired}`));
    client.emit('jobs.done', withAuthorization(`Bearer ${issuer.token({ subject: 'bob' })}`));
    const authorization = `Bearer ${issuer.token({ subject: 'alice' })}`;
    while (JobsController.done.length === 0) await ask(withAuthorization(authorization));
    expect(JobsController.done).toEqual(['bob']);
    expect(microservice.log.text()).not.toContain(expired);
  });
});
