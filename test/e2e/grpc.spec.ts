import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ClientDuplexStream,
  type ClientWritableStream,
  Metadata,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServiceError,
} from '@grpc/grpc-js';
import {
  Controller,
  type INestMicroservice,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import {
  type ClientGrpc,
  ClientProxyFactory,
  GrpcMethod,
  type GrpcOptions,
  GrpcStreamCall,
  Payload,
  Transport,
} from '@nestjs/microservices';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  KeysUnavailableException,
  OptionalAuth,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import {
  createDpopKey,
  createTestIssuer,
  proofFor,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import { fileURLToPath } from 'node:url';
import { lastValueFrom, type Observable, of, toArray } from 'rxjs';
import { expectSoundProcess } from '../support/attack.js';
import { freePort } from '../support/free-port.js';
import { startMicroservice } from '../support/microservice.js';
import { unauthorizedBody } from '../support/unauthorized.js';

interface Caller {
  readonly subject: string;
}

@UseGuards(JwtAuthGuard)
@Controller()
class JobsController {
  @GrpcMethod('Jobs', 'WhoAmI')
  whoAmI(@CurrentIdentity() { subject }: Identity): Caller {
    return { subject };
  }

  @OptionalAuth()
  @GrpcMethod('Jobs', 'Greet')
  greet(@CurrentIdentity() identity: Identity | undefined): Caller {
    return { subject: identity?.subject ?? 'stranger' };
  }

  @RequireScopes('jobs:write')
  @GrpcMethod('Jobs', 'Take')
  take(@CurrentIdentity() { subject }: Identity): Caller {
    return { subject };
  }

  @GrpcMethod('Jobs', 'Own')
  own(@CurrentIdentity() { subject }: Identity): never {
    if (subject === 'waits') throw new KeysUnavailableException({ retryAfterSeconds: 1.2 });
    if (subject === 'waits long') throw new KeysUnavailableException({ retryAfterSeconds: 1e9 });
    throw new UnauthorizedException('Müde');
  }

  @GrpcMethod('Jobs', 'Many')
  many(@CurrentIdentity() { subject }: Identity): Observable<Caller> {
    return of({ subject }, { subject });
  }
}

/** Handlers that are given the call itself. */
@UseGuards(JwtAuthGuard)
@Controller()
class StreamsController {
  @GrpcStreamCall('Jobs', 'Chat')
  chat(
    @Payload() call: ServerDuplexStream<object, Caller>,
    @CurrentIdentity() { subject }: Identity,
  ): void {
    call.on('data', () => call.write({ subject }));
    call.on('end', () => call.end());
  }

  @RequireScopes('jobs:write')
  @GrpcStreamCall('Jobs', 'Last')
  last(call: ServerReadableStream<object, Caller>, callback: sendUnaryData<Caller>): void {
    call.on('data', () => {});
    call.on('end', () => callback(null, { subject: 'the last' }));
  }
}

const grpcOptions = async (): Promise<GrpcOptions> => ({
  transport: Transport.GRPC,
  options: {
    package: 'jobs',
    protoPath: fileURLToPath(new URL('../support/jobs.proto', import.meta.url)),
    url: `127.0.0.1:${await freePort()}`,
  },
});

type Call = (request: object, metadata: Metadata) => Observable<Caller>;

/** Whole seconds in milliseconds. */
const WAIT = expect.stringMatching(/^[1-9]\d*000$/);

expectSoundProcess();

describe('Calls over gRPC', () => {
  let issuer: TestIssuer;
  let unreachable: TestIssuer;
  let service: INestMicroservice;
  let client: ClientGrpc & { close(): void };
  let jobs: Readonly<Record<'whoAmI' | 'greet' | 'take' | 'own' | 'many', Call>>;

  beforeAll(async () => {
    [issuer, unreachable] = await Promise.all([createTestIssuer(), createTestIssuer()]);
    await unreachable.close();
    const options = await grpcOptions();
    const parts = {
      config: { issuers: [issuer.config(), unreachable.config()] },
      controllers: [JobsController, StreamsController],
    };
    ({ service } = await startMicroservice(parts, options));
    client = ClientProxyFactory.create(options) as unknown as typeof client;
    jobs = client.getService('Jobs');
  });
  afterAll(async () => {
    client.close();
    await service.close();
    await issuer.close();
  });

  const call = (name: keyof typeof jobs, authorization?: string): Promise<Caller[]> => {
    const metadata = new Metadata();
    if (authorization !== undefined) metadata.set('authorization', authorization);
    return lastValueFrom(jobs[name]({}, metadata).pipe(toArray()));
  };
  const refusalOf = async (name: keyof typeof jobs, authorization?: string) =>
    told(
      await call(name, authorization).then(
        () => undefined,
        (thrown: unknown) => thrown as ServiceError,
      ),
    );
  const told = (error: ServiceError | null | undefined) => {
    const [refusal = ''] = error?.metadata.get('refusal') ?? [];
    return {
      status: error?.code,
      details: error?.details,
      body: JSON.parse(String(refusal)) as object,
      challenge: error?.metadata.get('www-authenticate')[0],
      pushbackMs: error?.metadata.get('grpc-retry-pushback-ms')[0],
    };
  };

  it('carry the identity of the token in their metadata', async () => {
    const authorization = `Bearer ${issuer.token({ subject: 'alice' })}`;
    expect(await call('whoAmI', authorization)).toEqual([{ subject: 'alice' }]);
    expect(await call('many', authorization)).toEqual([{ subject: 'alice' }, { subject: 'alice' }]);
    expect(await call('greet', authorization)).toEqual([{ subject: 'alice' }]);
    expect(await call('greet')).toEqual([{ subject: 'stranger' }]);
  });

  it('are refused with the status that says it, with body and challenge as trailers', async () => {
    for (const name of ['whoAmI', 'many'] as const) {
      expect(await refusalOf(name)).toEqual({
        status: 16,
        details: 'Authentication required',
        body: unauthorizedBody('auth_required'),
        challenge: 'Bearer realm="api"',
        pushbackMs: undefined,
      });
    }
    expect(await refusalOf('greet', `Bearer ${issuer.expiredToken()}`)).toMatchObject({
      status: 16,
      details: 'Access token expired',
      body: { code: 'token_expired' },
      challenge: expect.stringContaining('error="invalid_token"'),
    });
    expect(await refusalOf('take', `Bearer ${issuer.token()}`)).toMatchObject({
      status: 7,
      body: { code: 'insufficient_scope' },
      challenge: expect.stringContaining('scope="jobs:write"'),
    });
  });

  describe('whose handlers are given the call itself', () => {
    interface Streams {
      Chat(metadata: Metadata): ClientDuplexStream<object, Caller>;
      Last(
        metadata: Metadata,
        done: (error: ServiceError | null, caller?: Caller) => void,
      ): ClientWritableStream<object>;
    }
    const metadataWith = (token?: string): Metadata => {
      const metadata = new Metadata();
      if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
      return metadata;
    };
    const streams = (): Streams => client.getClientByServiceName<Streams>('Jobs');
    const chat = (token?: string) =>
      new Promise<Caller[] | ReturnType<typeof told>>((resolve) => {
        const stream = streams().Chat(metadataWith(token));
        const heard: Caller[] = [];
        stream.on('data', (caller: Caller) => heard.push(caller));
        stream.on('end', () => resolve(heard));
        stream.on('error', (error: ServiceError) => resolve(told(error)));
        stream.write({});
        stream.end();
      });
    const last = (token?: string) =>
      new Promise<Caller | ReturnType<typeof told>>((resolve) => {
        const stream = streams().Last(metadataWith(token), (error, caller) =>
          resolve(caller ?? told(error)),
        );
        stream.on('error', () => {});
        stream.write({});
        stream.end();
      });

    it('carry the identity, too', async () => {
      expect(await chat(issuer.token({ subject: 'alice' }))).toEqual([{ subject: 'alice' }]);
      expect(await last(issuer.token({ scopes: ['jobs:write'] }))).toEqual({ subject: 'the last' });
    });

    it('are refused, and the process lives on', async () => {
      const refused = { status: 16, details: 'Authentication required' };
      for (const answer of [await chat(), await last()])
        expect(answer).toMatchObject({ ...refused, body: { code: 'auth_required' } });
      expect(await chat(issuer.expiredToken())).toMatchObject({ body: { code: 'token_expired' } });
      expect(await last(issuer.token())).toMatchObject({
        status: 7,
        challenge: expect.stringContaining('scope="jobs:write"'),
      });
      expect(await chat(issuer.token({ subject: 'alice' }))).toEqual([{ subject: 'alice' }]);
    });

    it('say when to come again, where the token could not be checked', async () => {
      for (const answer of [await chat(unreachable.token()), await last(unreachable.token())])
        expect(answer).toMatchObject({ status: 14, pushbackMs: WAIT });
    });
  });

  it('are refused with a bound token: a proof can name no call of gRPC', async () => {
    const options = await grpcOptions();
    const config = {
      issuers: [issuer.config()],
      dpop: { mode: 'allowed', origin: 'https://api.example.com' },
    } as const;
    const bound = await startMicroservice({ config, controllers: [JobsController] }, options);
    const caller = ClientProxyFactory.create(options) as unknown as typeof client;
    const { whoAmI } = caller.getService<typeof jobs>('Jobs');
    const key = await createDpopKey();
    for (const scheme of ['Bearer', 'DPoP']) {
      const token = issuer.token({ dpop: key });
      const metadata = new Metadata();
      metadata.set('authorization', `${scheme} ${token}`);
      metadata.set('dpop', proofFor(key, { url: 'https://api.example.com/Jobs/WhoAmI', token }));
      const refused = await lastValueFrom(whoAmI({}, metadata)).catch((thrown: unknown) => thrown);
      expect(told(refused as ServiceError)).toMatchObject({
        status: 16,
        details: 'Access token not bound to this caller',
        body: { status: 401, code: 'token_binding_invalid' },
      });
    }
    expect(bound.log.text('debug')).toContain(
      'came with a call that has no method and address for a proof to name',
    );
    caller.close();
    await bound.close();
  });

  it('say when to come again where the token could not be checked, as Retry-After does', async () => {
    for (const name of ['whoAmI', 'many'] as const)
      expect(await refusalOf(name, `Bearer ${unreachable.token()}`)).toEqual({
        status: 14,
        details: 'Token verification unavailable',
        body: expect.objectContaining({ status: 503, code: 'keys_unavailable' }),
        challenge: undefined,
        pushbackMs: WAIT,
      });
    for (const [subject, pushbackMs] of [
      ['waits', '2000'],
      ['waits long', '2147483647'],
    ] as const)
      expect(await refusalOf('own', `Bearer ${issuer.token({ subject })}`)).toMatchObject({
        status: 14,
        pushbackMs,
      });
  });

  it('that the application refuses itself get the same body', async () => {
    expect(await refusalOf('own', `Bearer ${issuer.token()}`)).toMatchObject({
      status: 16,
      details: 'Müde',
      body: { status: 401, message: 'Müde', code: 'auth_required' },
      challenge: 'Bearer realm="api"',
    });
  });
});
