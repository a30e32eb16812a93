import { UnauthorizedException } from '@nestjs/common';
import { exceptionOf } from '../../src/core/refusals/exception-of.js';
import { presentForeign } from '../../src/core/refusals/foreign-unauthorized.js';
import { Refusal } from '../../src/core/refusals/refusal.js';
import type { RefusalPresentation } from '../../src/core/refusals/refusal-presentation.js';
import { type CauseCode, REFUSALS, refusalRow } from '../../src/core/refusals/refusal-table.js';

/** Every code an exception can have. */
export const CAUSES = (Object.keys(REFUSALS) as (CauseCode | 'token_invalid')[]).filter(
  (code): code is CauseCode => code !== 'token_invalid',
);

/** Every way an application can word its refusals, with a realm that needs escapes. */
export const PRESENTATIONS: RefusalPresentation[] = (['detailed', 'minimal'] as const).flatMap(
  (disclosure) =>
    (['always', 'auth_required'] as const).flatMap((authenticateHint) =>
      ['api', String.raw`a "b" \ c`].map((realm) => ({ realm, disclosure, authenticateHint })),
    ),
);

/** Every body an application can send with a status, its own message included. */
export function bodiesOfStatus(status: number): Record<string, unknown>[] {
  return PRESENTATIONS.flatMap((kept) => {
    // A copy: what is worded for a presentation is kept with it.
    const presentation = { ...kept };
    const own = presentForeign(new UnauthorizedException('Your account is locked'), presentation);
    return [
      ...CAUSES.filter((code) => refusalRow(code).status === status).map((code) =>
        exceptionOf(new Refusal(code, 'form', ''), presentation).getResponse(),
      ),
      ...(status === 401 ? [own.body] : []),
    ].map((body) => JSON.parse(JSON.stringify(body)) as Record<string, unknown>);
  });
}

/** The same bodies, each spoilt in one way. */
export function spoiltBodiesOfStatus(status: number): unknown[] {
  const spoilt = bodiesOfStatus(status).flatMap((body) => [
    { ...body, extra: 1 },
    { ...body, status: 418 },
    { ...body, status: String(status) },
    { ...body, error: 'Teapot' },
    { ...body, message: 1 },
    { ...body, code: 'teapot' },
    { ...body, code: 'keys_unavailable' },
    { ...body, authenticateHint: 'Basic realm="api"' },
    { ...body, authenticateHint: 'Bearer realm="a"b"' },
    ...['status', 'error', 'message', 'code'].map((name) => without(body, name)),
    ...(body['code'] === 'auth_required' ? [without(body, 'authenticateHint')] : []),
  ]);
  return [...spoilt, null, undefined, 'text', 401, [], {}];
}

function without(body: object, name: string): object {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
}
