import type { INestApplicationContext } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { ResolvedAuthConfig } from '../config/resolved-config.js';
import type { TrustedIssuers } from '../core/issuers/trusted-issuers.js';
import { mtlsModesOf } from '../core/mtls/mtls-modes.js';
import { TOKENS } from '../core/util/di-tokens.js';
import type { RefusalPresentation } from '../core/refusals/refusal-presentation.js';
import { refusalRow } from '../core/refusals/refusal-table.js';
import { RefusalComponents } from './refusal-components.js';
import { RouteAccess, routeAccessIn } from './route-access.js';
import { RouteMarks } from './route-marks.js';
import { securityOf } from './security-requirements.js';
import { definitionsOf, tokenSchemesOf } from './security-schemes.js';

/** How {@link documentAuth} describes authentication. */
export interface AuthDocumentOptions {
  /**
   * Name of the security scheme. Default `bearer`, the name that `addBearerAuth()` of @nestjs/swagger
   * gives. A scheme of that name that the document has already is kept as it is.
   */
  readonly scheme?: string;
}

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

/**
 * Makes an OpenAPI document and adds what {@link AuthModule} does to it: the schemes of its tokens
 * (bearer, DPoP and, in OpenAPI 3.1, mutual TLS, as configured), and on
 * exactly the routes that the guard looks at its security requirement and the refusals they can send,
 * with an example of each, worded as this application words them.
 *
 * All of it is read from the guards and from `@Public()`, `@OptionalAuth()`, `@Protected()`,
 * `@RequireScopes()` and the like; nothing is to be declared twice. A response that a route declares
 * itself is kept.
 *
 * @param app the application that imports {@link AuthModule}
 * @param createDocument makes the document, as in `() => SwaggerModule.createDocument(app, config)`
 * @throws Error when the application does not import {@link AuthModule}
 */
export function documentAuth(
  app: INestApplicationContext,
  createDocument: () => OpenAPIObject,
  { scheme = 'bearer' }: AuthDocumentOptions = {},
): OpenAPIObject {
  const presentation = app.get<RefusalPresentation>(TOKENS.refusalPresentation, { strict: false });
  const refusals = new RefusalComponents(presentation);
  const accessOf = routeAccessIn(app);
  const marks = new RouteMarks(app);
  const document = marks.during(createDocument);
  const { dpop } = presentation;
  const mtls = mtlsModesOf(
    app.get<TrustedIssuers>(TOKENS.trustedIssuers, { strict: false }),
    app.get<ResolvedAuthConfig>(TOKENS.resolvedConfig, { strict: false }),
  );
  const schemes = tokenSchemesOf({ bearer: scheme, dpop, mtls, openapi: document.openapi });
  for (const operation of operationsOf(document)) {
    const { target, others } = marks.takeFrom(operation.security ?? []);
    const access = target === undefined ? new RouteAccess('public', []) : accessOf(target);
    const security = securityOf(access, schemes, others, document);
    if (security === undefined) delete operation.security;
    else operation.security = security;
    describe(operation, access, refusals);
  }
  return {
    ...document,
    components: withComponents(document, refusals, definitionsOf(schemes, scheme)),
  };
}

function describe(operation: Operation, access: RouteAccess, refusals: RefusalComponents): void {
  const codes = refusals.codes().filter((code) => access.canSend(code));
  const statuses = new Set(codes.map((code) => refusalRow(code).status));
  const responses = [...statuses].map((status) => {
    const ofStatus = codes.filter((code) => refusalRow(code).status === status);
    return [status, refusals.response(status, ofStatus, access.note(status))] as const;
  });
  operation.responses = { ...Object.fromEntries(responses), ...operation.responses };
}

function operationsOf({ paths, webhooks = {} }: OpenAPIObject): Operation[] {
  const items = [...Object.values(paths), ...Object.values(webhooks)];
  return items.flatMap((item) => Object.values(item as object).filter(isOperation));
}

/** A path item has other members too: parameters, servers and texts. */
function isOperation(member: unknown): member is Operation {
  return typeof member === 'object' && member !== null && 'responses' in member;
}

function withComponents(
  { components = {} }: OpenAPIObject,
  refusals: RefusalComponents,
  schemes: ReturnType<typeof definitionsOf>,
): NonNullable<OpenAPIObject['components']> {
  const { schemas, examples, headers } = refusals.components();
  return {
    ...components,
    schemas: { ...components.schemas, ...schemas },
    examples: { ...components.examples, ...examples },
    headers: { ...components.headers, ...headers },
    securitySchemes: { ...schemes, ...components.securitySchemes },
  };
}
