import {
  type BadRequestException,
  type ForbiddenException,
  type HttpException,
  UnauthorizedException,
} from '@nestjs/common';
import {
  type AnyRefusalException,
  InsufficientScopeException,
  InvalidRequestException,
  KeysUnavailableException,
  type RefusalCode,
  type RefusedEvent,
  TokenExpiredException,
  type UnauthorizedBody,
} from 'nestjs-trusted-issuers';
import { shouldRefresh } from 'nestjs-trusted-issuers/client';
import { type ExpectSame, expectType } from './expect-type.js';

/** Every code: one more or one less is a change that callers see. */
type Documented =
  | 'auth_required'
  | 'token_expired'
  | 'signature_invalid'
  | 'issuer_untrusted'
  | 'token_malformed'
  | 'token_not_active'
  | 'audience_invalid'
  | 'claims_invalid'
  | 'token_binding_invalid'
  | 'dpop_proof_invalid'
  | 'dpop_nonce_required'
  | 'token_inactive'
  | 'token_revoked'
  | 'token_invalid'
  | 'step_up_required'
  | 'insufficient_scope'
  | 'invalid_request'
  | 'keys_unavailable';
export const codes: ExpectSame<RefusalCode, Documented> = true;
/** On an exception stands the cause: `token_invalid` is only ever sent. */
export const causes: ExpectSame<
  AnyRefusalException['code'],
  Exclude<Documented, 'token_invalid'>
> = true;

/** A switch over the codes needs no default. */
export function statusOf(code: RefusalCode): number {
  switch (code) {
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
    case 'token_invalid':
    case 'step_up_required':
      return 401;
    case 'insufficient_scope':
      return 403;
    case 'invalid_request':
      return 400;
    case 'keys_unavailable':
      return 503;
  }
}

// The exceptions are Nest's, and their code is their own.
export const unauthorized: UnauthorizedException = new TokenExpiredException();
export const forbidden: ForbiddenException = new InsufficientScopeException();
export const badRequest: BadRequestException = new InvalidRequestException();
export const unavailable: HttpException = new KeysUnavailableException();
expectType<'token_expired'>()(new TokenExpiredException().code);
// @ts-expect-error A 403 is no 401.
export const notUnauthorized: UnauthorizedBody['status'] = 403;

/** Narrowing goes by the code. */
export function retryAfter(exception: AnyRefusalException): number | undefined {
  if (exception.code === 'keys_unavailable') return exception.retryAfterSeconds;
  // @ts-expect-error Only a 503 says when to come back.
  return exception.retryAfterSeconds;
}

export function observe({ code }: RefusedEvent): void {
  // @ts-expect-error No such code.
  if (code === 'expired') throw new UnauthorizedException();
}

/** What axios and got have of a failure: `undefined` where no response came. */
export const refreshes = ({ response }: { response?: { status: number; headers: object } }) =>
  shouldRefresh(response) satisfies Promise<boolean>;
