import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metadata, type ServiceError } from '@grpc/grpc-js';
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
  Transport,
} from '@nestjs/microservices';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { fileURLToPath } from 'node:url';
import { lastValueFrom, type Observable, of, toArray } from 'rxjs';
import { freePort, startMicroservice } from '../support/microservice.js';

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
  own(): never {
    throw new UnauthorizedException('Müde');
  }

  @GrpcMethod('Jobs', 'Many')
  many(@CurrentIdentity() { subject }: Identity): Observable<Caller> {
    return of({ subject }, { subject });
  }
}

type Call = (request: object, metadata: Metadata) => Observable<Caller>;

describe('Calls over gRPC', () => {
  let issuer: TestIssuer;
  let service: INestMicroservice;
  let client: ClientGrpc & { close(): void };
  let jobs: Readonly<Record<'whoAmI' | 'greet' | 'take' | 'own' | 'many', Call>>;

  beforeAll(async () => {
    issuer = await createTestIssuer();
    const options: GrpcOptions = {
      transport: Transport.GRPC,
      options: {
        package: 'jobs',
        protoPath: fileURLToPath(new URL('../support/jobs.proto', import.meta.url)),
        url: `127.0.0.1:${await freePort()}`,
      },
    };
    const parts = { config: { issuers: [issuer.config()] }, controllers: [JobsController] };
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
  const refusalOf = async (name: keyof typeof jobs, authorization?: string) => {
    const error = await call(name, authorization).then(
      () => undefined,
      (thrown: unknown) => thrown as ServiceError,
    );
    const [refusal = ''] = error?.metadata.get('refusal') ?? [];
    return {
      status: error?.code,
      details: error?.details,
      body: JSON.parse(String(refusal)) as object,
      challenge: error?.metadata.get('www-authenticate')[0],
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
    const body = { error: 'Unauthorized', authenticateHint: 'Bearer realm="api"', status: 401 };
    for (const name of ['whoAmI', 'many'] as const) {
      expect(await refusalOf(name)).toEqual({
        status: 16,
        details: 'Authentication required',
        body: { ...body, message: 'Authentication required', code: 'auth_required' },
        challenge: 'Bearer realm="api"',
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

  it('that the application refuses itself are worded alike', async () => {
    expect(await refusalOf('own', `Bearer ${issuer.token()}`)).toMatchObject({
      status: 16,
      details: 'Müde',
      body: { status: 401, message: 'Müde', code: 'auth_required' },
      challenge: 'Bearer realm="api"',
    });
  });
});
