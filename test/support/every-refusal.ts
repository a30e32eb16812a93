import { Controller, Get, UseGuards } from '@nestjs/common';
import { JwtAuthGuard, RequireAuthentication, RequireScopes } from 'nestjs-trusted-issuers';
import type { AuthModuleConfig, RefusalCode } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { randomBytes } from 'node:crypto';
import { type AdapterName, startApplication, type TestApplication } from './application.js';
import type { HttpAnswer } from './http.js';
import { ORIGIN, ProvingClient } from './proving-client.js';

type TokenOptions = NonNullable<Parameters<TestIssuer['token']>[0]>;
type CauseCode = Exclude<RefusalCode, 'token_invalid'>;

@UseGuards(JwtAuthGuard)
@Controller()
class EveryRefusalController {
  @Get('notes')
  notes(): object {
    return {};
  }

  @RequireScopes('notes:read')
  @Get('scoped')
  scoped(): object {
    return {};
  }

  @RequireAuthentication({ acrValues: ['phr'], maxAgeSeconds: 300 })
  @Get('stepped')
  stepped(): object {
    return {};
  }
}

/** An application in which every refusal can be had. */
export interface EveryRefusal {
  readonly application: TestApplication;
  /** For each code a call that ends in it, with a token of these contents where it has one. */
  readonly calls: Readonly<Record<CauseCode, (contents?: TokenOptions) => Promise<HttpAnswer>>>;
  close(): Promise<void>;
}

export async function startEveryRefusal(
  config: Partial<AuthModuleConfig>,
  adapter?: AdapterName,
): Promise<EveryRefusal> {
  const [issuer, unreachable, stranger] = await Promise.all([
    createTestIssuer({ introspection: { tokenPrefix: 'opaque_' } }),
    createTestIssuer(),
    createTestIssuer(),
  ]);
  const terms: AuthModuleConfig = {
    issuers: [issuer.config({ clientIds: ['test-client'] }), unreachable.config()],
    tokenSources: ['header', { query: 'access_token' }],
    isRevoked: ({ tokenId }) => tokenId?.endsWith('-revoked') ?? false,
    ...config,
  };
  const options = { controllers: [EveryRefusalController], ...(adapter && { adapter }) };
  const application = await startApplication(terms, options);
  const nonce = { secret: randomBytes(32) };
  const dpop = { mode: 'allowed', origin: ORIGIN, nonce } as const;
  const proving = await startApplication({ ...terms, dpop }, options);
  const client = await ProvingClient.of(proving, issuer);
  await unreachable.close();
  const { get } = application;
  const at =
    (path: string, make: (contents: TokenOptions) => string) =>
    (contents: TokenOptions = {}): Promise<HttpAnswer> =>
      get(path, make(contents));
  const notes = (make: (contents: TokenOptions) => string): ReturnType<typeof at> =>
    at('/notes', make);
  const withClaims = (contents: TokenOptions, claims: object): TokenOptions => ({
    ...contents,
    claims: { ...contents.claims, ...claims },
  });
  return {
    application,
    calls: {
      auth_required: () => get('/notes'),
      token_expired: notes((contents) => issuer.expiredToken(contents)),
      signature_invalid: notes((contents) => issuer.tamperedToken(contents)),
      issuer_untrusted: notes((contents) => stranger.token(contents)),
      token_malformed: notes((contents) => `${issuer.token(contents)}.more`),
      token_not_active: notes((contents) => issuer.notYetValidToken(contents)),
      audience_invalid: notes((contents) => issuer.token({ ...contents, audience: 'another' })),
      claims_invalid: notes((contents) => issuer.token({ ...contents, clientId: 'another' })),
      token_binding_invalid: notes((contents) =>
        issuer.token(withClaims(contents, { cnf: { jkt: 'thumbprint' } })),
      ),
      dpop_proof_invalid: (contents) =>
        client.call('/notes', { accessToken: client.token(contents), proofs: [] }),
      dpop_nonce_required: (contents) =>
        client.call('/notes', { accessToken: client.token(contents) }),
      token_inactive: notes((contents) => {
        const token = issuer.opaqueToken(contents);
        issuer.revoke(token);
        return token;
      }),
      token_revoked: notes((contents) =>
        issuer.token(
          withClaims(contents, { jti: `${String(contents.claims?.['jti'] ?? 'id')}-revoked` }),
        ),
      ),
      step_up_required: at('/stepped', (contents) => issuer.token(contents)),
      insufficient_scope: at('/scoped', (contents) => issuer.token(contents)),
      invalid_request: (contents) => {
        const token = issuer.token(contents);
        return get(`/notes?access_token=${token}`, token);
      },
      keys_unavailable: notes((contents) => unreachable.token(contents)),
    },
    close: async () => {
      await Promise.all([application.close(), proving.close()]);
      await Promise.all([issuer.close(), stranger.close()]);
    },
  };
}
