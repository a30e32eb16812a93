import type { OpenAPIObject } from '@nestjs/swagger';
import type { MtlsMode } from '../config/binding-config.js';
import type { RefusalPresentation } from '../core/refusals/refusal-presentation.js';

type SecuritySchemes = NonNullable<NonNullable<OpenAPIObject['components']>['securitySchemes']>;

/** Schemes that a request needs together to show its token; the first one carries scopes. */
export type TokenScheme = readonly [string, ...string[]];

/** What decides in which ways a token may be shown. */
interface Terms {
  /** The name of the bearer scheme. */
  readonly bearer: string;
  readonly dpop: RefusalPresentation['dpop'];
  /** The modes of all issuers. */
  readonly mtls: readonly MtlsMode[];
  /** The version of OpenAPI. */
  readonly openapi: string;
}

/** The ways to show a token, each of which will do. */
export function tokenSchemesOf({ bearer, dpop, mtls, openapi }: Terms): TokenScheme[] {
  const schemes: TokenScheme[] =
    dpop === undefined ? [[bearer]] : dpop.isRequired ? [['dpop']] : [[bearer], ['dpop']];
  // OpenAPI 3.0 has no word for it (3.1.1 section 4.8.27).
  if (openapi.startsWith('3.0.') || mtls.every((mode) => mode === 'off')) return schemes;
  const bound = schemes.map((scheme): TokenScheme => [...scheme, 'mutualTLS']);
  return mtls.every((mode) => mode === 'required') ? bound : [...schemes, ...bound];
}

/** What the schemes are that those ways name. */
export function definitionsOf(schemes: readonly TokenScheme[], bearer: string): SecuritySchemes {
  const known = {
    [bearer]: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token of a trusted issuer (RFC 6750 section 2.1).',
    },
    dpop: {
      type: 'http',
      scheme: 'dpop',
      description:
        'An access token bound to a key of the client, with a proof in the header `DPoP` (RFC 9449 section 7.1).',
    },
    mutualTLS: {
      type: 'mutualTLS',
      description:
        'The certificate that the access token is bound to (RFC 8705 section 3), where it is bound to one.',
    },
  };
  const named = new Set(schemes.flat());
  // The types of @nestjs/swagger know OpenAPI 3.0 only.
  return Object.fromEntries(
    Object.entries(known).filter(([name]) => named.has(name)),
  ) as unknown as SecuritySchemes;
}
