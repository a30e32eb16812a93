import { describe, expect, it } from '@jest/globals';
import { HttpException, UnauthorizedException } from '@nestjs/common';
import { Ajv } from 'ajv';
import {
  type AnyRefusalException,
  InsufficientScopeException,
  KeysUnavailableException,
  NoIdentityException,
  RefusalCode,
  unauthorizedBodySchema,
} from 'nestjs-trusted-issuers';
import * as publicNames from 'nestjs-trusted-issuers';
import { exceptionOf, EXCEPTIONS } from '../../../../src/core/refusals/exception-of.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';
import {
  DEFAULT_PRESENTATION,
  type RefusalPresentation,
} from '../../../../src/core/refusals/refusal-presentation.js';
import {
  type CauseCode,
  REFUSALS,
  refusalRow,
} from '../../../../src/core/refusals/refusal-table.js';

const CAUSES = (Object.keys(REFUSALS) as RefusalCode[]).filter(
  (code): code is CauseCode => code !== 'token_invalid',
);
const PRESENTATIONS: RefusalPresentation[] = (['detailed', 'minimal'] as const).flatMap(
  (disclosure) =>
    (['always', 'auth_required'] as const).map((authenticateHint) => ({
      realm: 'api',
      disclosure,
      authenticateHint,
    })),
);

/** A compile error here means that the union and the table disagree. */
function statusOf(exception: AnyRefusalException): number {
  switch (exception.code) {
    case 'auth_required':
    case 'token_expired':
    case 'signature_invalid':
    case 'issuer_untrusted':
    case 'token_malformed':
    case 'token_not_active':
    case 'audience_invalid':
    case 'claims_invalid':
    case 'token_binding_invalid':
    case 'dpop_proof_invalid':
    case 'dpop_nonce_required':
    case 'token_inactive':
    case 'token_revoked':
    case 'step_up_required':
      return 401;
    case 'insufficient_scope':
      return 403;
    case 'invalid_request':
      return 400;
    case 'keys_unavailable':
      return 503;
    default: {
      const never: never = exception;
      return never;
    }
  }
}

describe('The refusal table', () => {
  it.each(CAUSES)('%s: exception, body and challenge agree with it', (code) => {
    const row = refusalRow(code);
    const exception = exceptionOf(new Refusal(code, 'form', 'because'), {
      ...DEFAULT_PRESENTATION,
    });
    expect(exception).toBeInstanceOf(HttpException);
    expect(exception instanceof UnauthorizedException).toBe(row.status === 401);
    expect([exception.getStatus(), statusOf(exception)]).toEqual([row.status, row.status]);
    expect(exception.code).toBe(code);
    expect(exception.name).toBe(exception.constructor.name);
    expect(exception.message).toBe(row.message);
    expect(exception.cause).toMatchObject({ code, reason: 'because' });
    expect(exception.getResponse()).toEqual({
      status: row.status,
      error: row.error,
      message: row.message,
      code,
      ...(row.challenges && { authenticateHint: 'Bearer realm="api"' }),
    });
    expect(exception.challenge === undefined).toBe(!row.challenges);
  });

  it('every cause has its exception, and every exception is exported', () => {
    expect(new Set(EXCEPTIONS.map(({ code }) => code))).toEqual(new Set(CAUSES));
    const names = EXCEPTIONS.map(({ name }) => name);
    expect(Object.keys(publicNames)).toEqual(expect.arrayContaining(names));
  });

  it('an exception for an expected refusal has no stack, and the limit is left as it was', () => {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = 7;
    const { stack } = exceptionOf(new Refusal('token_expired', 'form', ''), {
      ...DEFAULT_PRESENTATION,
    });
    const after = Error.stackTraceLimit;
    Error.stackTraceLimit = before;
    expect(stack).not.toContain('\n    at ');
    expect(after).toBe(7);
  });

  it('RefusalCode has every code by its name', () => {
    expect(Object.entries(RefusalCode).every(([name, code]) => name === code)).toBe(true);
    expect(Object.keys(RefusalCode)).toEqual(Object.keys(REFUSALS));
  });

  it('texts are of RFC 6750’s alphabet and hold nothing that looks like a parameter', () => {
    for (const { message } of Object.values(REFUSALS)) {
      expect(message).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/);
      expect(message).not.toContain('=');
    }
  });

  it.each(['plain', 'with "quotes"', String.raw`back\slash`, 'two  spaces', '\\"'])(
    'realm %j comes back from the header as it was',
    (realm) => {
      const { challenge } = new NoIdentityException({
        presentation: { ...DEFAULT_PRESENTATION, realm },
      });
      const quoted = /^Bearer realm="((?:[^"\\]|\\.)*)"$/.exec(challenge ?? '')?.[1];
      expect(quoted?.replaceAll(/\\(.)/g, '$1')).toBe(realm);
    },
  );

  it('what no header can carry is not sent', () => {
    for (const scope of ['Notizen:löschen', 'a\r\nb'])
      expect(new InsufficientScopeException(scope).challenge).toBe(
        new InsufficientScopeException().challenge,
      );
    const seconds = [0.2, 7, -1, Number.NaN, 'x\r\ny' as never].map(
      (retryAfterSeconds) => new KeysUnavailableException({ retryAfterSeconds }).retryAfterSeconds,
    );
    expect(seconds).toEqual([1, 7, 0, 5, 5]);
  });

  it('insufficient_scope names the scope in the challenge', () => {
    expect(new InsufficientScopeException('notes:read').challenge).toBe(
      'Bearer realm="api", error="insufficient_scope", scope="notes:read", error_description="Insufficient scope"',
    );
  });
});

describe('unauthorizedBodySchema', () => {
  const validate = new Ajv().compile(unauthorizedBodySchema);
  const bodies = PRESENTATIONS.flatMap((presentation) =>
    CAUSES.filter((code) => refusalRow(code).status === 401).map(
      (code) => exceptionOf(new Refusal(code, 'form', ''), presentation).getResponse() as object,
    ),
  );

  it('accepts every 401 body', () => {
    for (const body of bodies) expect([body, validate(body)]).toEqual([body, true]);
  });

  it('refuses a body with a member missing, added or of another status', () => {
    for (const body of bodies) {
      expect(validate({ ...body, extra: 1 })).toBe(false);
      expect(validate({ ...body, status: 403 })).toBe(false);
      for (const name of ['status', 'error', 'message', 'code'])
        expect(validate({ ...body, [name]: undefined })).toBe(false);
    }
  });
});
