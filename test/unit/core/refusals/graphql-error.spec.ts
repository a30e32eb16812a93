import { describe, expect, it } from '@jest/globals';
import { UnauthorizedException } from '@nestjs/common';
import {
  InsufficientScopeException,
  KeysUnavailableException,
  TokenExpiredException,
} from 'nestjs-trusted-issuers';
import { graphqlErrorOf } from '../../../../src/core/refusals/graphql-error.js';
import {
  DEFAULT_PRESENTATION,
  presentRefusal,
} from '../../../../src/core/refusals/refusal-presentation.js';

describe('Exceptions of this module say to GraphQL servers what a client may read', () => {
  const membersOf = (exception: object): unknown => {
    const { extensions, statusCode } = exception as Record<'extensions' | 'statusCode', unknown>;
    return JSON.parse(JSON.stringify({ extensions, statusCode }));
  };
  const hint = { authenticateHint: 'Bearer realm="api"' };

  it.each<[what: string, make: () => object, extensions: object, headers: object]>([
    [
      'a 401',
      () => new TokenExpiredException(),
      { status: 401, error: 'Unauthorized', code: 'token_expired', ...hint },
      {
        'www-authenticate':
          'Bearer realm="api", error="invalid_token", error_description="Access token expired"',
      },
    ],
    [
      'a 403',
      () => new InsufficientScopeException('a'),
      { status: 403, error: 'Forbidden', code: 'insufficient_scope', ...hint },
      {
        'www-authenticate':
          'Bearer realm="api", error="insufficient_scope", scope="a", error_description="Insufficient scope"',
      },
    ],
    [
      'a 503',
      () => new KeysUnavailableException({ retryAfterSeconds: 9 }),
      { status: 503, error: 'Service Unavailable', code: 'keys_unavailable' },
      { 'retry-after': '9' },
    ],
  ])('%s', (_what, make, { status, ...more }: { status?: number }, headers) => {
    expect(membersOf(make())).toEqual({
      statusCode: status,
      extensions: { status, ...more, http: { status, headers } },
    });
  });

  it('with headers as the map that Apollo Server takes', () => {
    const { extensions } = new KeysUnavailableException() as object as {
      extensions: { http: { headers: Map<string, string> } };
    };
    expect([...extensions.http.headers]).toEqual([['retry-after', '5']]);
  });
});

describe('The GraphQL error of an exception that the application threw', () => {
  const thrown = new UnauthorizedException({ reason: 'locked' });
  const worded = presentRefusal('auth_required', { ...DEFAULT_PRESENTATION });

  it('is logged with what was thrown: its cause and its stack are those', () => {
    const error = graphqlErrorOf(worded, { cause: thrown, applicationBody: undefined });
    expect(error.cause).toBe(thrown);
    expect(error.stack).toBe(thrown.stack);
  });

  it('carries the body of the application, where it gave one', () => {
    const [own, none] = [thrown.getResponse(), undefined].map((applicationBody) =>
      graphqlErrorOf(worded, { cause: thrown, applicationBody }),
    );
    expect(own).toHaveProperty('extensions.originalError', { reason: 'locked' });
    expect(none).not.toHaveProperty('extensions.originalError');
  });
});
