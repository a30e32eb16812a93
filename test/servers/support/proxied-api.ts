import { Controller, Get, Header, type Type, UseGuards } from '@nestjs/common';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { startApplication, type TestApplication } from '../../support/application.js';
import { type HttpCall } from '../../support/http.js';

/** Says how often it was asked: an answer from a cache has an old number. */
let asked = 0;

@UseGuards(JwtAuthGuard)
@Controller()
class StatementController {
  @Get('statement')
  statement(@CurrentIdentity() { subject }: Identity): object {
    return { subject };
  }

  @Get('cacheable')
  @Header('Cache-Control', 'max-age=60')
  cacheable(@CurrentIdentity() { subject }: Identity): object {
    return { subject, asked: ++asked };
  }

  @Get('payments')
  @RequireScopes('payments:read')
  payments(): object {
    return {};
  }

  @Public()
  @Get('prices')
  @Header('Cache-Control', 'public, max-age=60')
  prices(): object {
    return { asked: ++asked };
  }

  @Public()
  @Get('health')
  health(): object {
    return { status: 'ok' };
  }
}

/** Two instances of an API that trusts two issuers, of which one has no keys to give. */
export interface ProxiedApi {
  readonly instances: readonly [TestApplication, TestApplication];
  readonly issuer: TestIssuer;
  /** The one that is down. */
  readonly broken: TestIssuer;
  close(): Promise<void>;
}

export async function startProxiedApi(controllers: readonly Type[] = []): Promise<ProxiedApi> {
  const issuer = await createTestIssuer();
  const broken = await createTestIssuer();
  broken.goDown();
  const start = (): Promise<TestApplication> =>
    startApplication(
      {
        issuers: [issuer.config(), broken.config()],
        tokenSources: [
          'header',
          { cookie: 'session' },
          { query: 'access_token' },
          (request) => (request as { headers: Record<string, string> }).headers['x-api-token'],
        ],
      },
      {
        controllers: [StatementController, ...controllers],
        configure: (app) => app.enableCors({ origin: 'https://page.example' }),
      },
    );
  const instances = [await start(), await start()] as const;
  return {
    instances,
    issuer,
    broken,
    async close() {
      for (const instance of instances) await instance.close();
      await issuer.close();
      await broken.close();
    },
  };
}

/** A call with a bearer token. */
export function bearer(token: string): HttpCall {
  return { headers: [['Authorization', `Bearer ${token}`]] };
}

/** A token of more than 9,000 characters. */
export function longToken(issuer: TestIssuer, scopes: readonly string[] = []): string {
  const groups = Array.from({ length: 350 }, (_none, index) => `group-of-people-${index}`);
  return issuer.token({ scopes, claims: { groups } });
}

/** Calls that are refused, each for a reason of its own: code → path and call. */
export function refusedCalls({
  issuer,
  broken,
}: ProxiedApi): Readonly<Record<string, readonly [path: string, call: HttpCall]>> {
  return {
    auth_required: ['/statement', {}],
    token_expired: ['/statement', bearer(issuer.expiredToken())],
    signature_invalid: ['/statement', bearer(issuer.tamperedToken())],
    insufficient_scope: ['/payments', bearer(issuer.token())],
    invalid_request: [`/statement?access_token=${issuer.token()}`, bearer(issuer.token())],
    keys_unavailable: ['/statement', bearer(broken.token())],
  };
}
