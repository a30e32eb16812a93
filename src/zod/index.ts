import { z } from 'zod';
import {
  ALWAYS_HINTED,
  AUTHENTICATE_HINT,
  codesOfStatus,
  errorOfStatus,
  type ForbiddenBody,
  type UnauthorizedBody,
} from '../core/refusals/refusal-bodies.js';

export type { ForbiddenBody, UnauthorizedBody } from '../core/refusals/refusal-bodies.js';

/**
 * Zod schema of every 401 body of this module; refuses unknown members.
 *
 * The declared types of this file are those that Zod 3 and Zod 4 share.
 */
export const unauthorizedBody: z.ZodType<UnauthorizedBody> = z.union([
  bodyOf(401, [ALWAYS_HINTED], hint()),
  bodyOf(401, allBut(codesOfStatus(401), ALWAYS_HINTED), hint().optional()),
]) as never;

/** Zod schema of every 403 body of this module; refuses unknown members. */
export const forbiddenBody: z.ZodType<ForbiddenBody> = bodyOf(
  403,
  codesOfStatus(403),
  hint().optional(),
) as never;

function bodyOf(status: 401 | 403, codes: readonly string[], authenticateHint: z.ZodTypeAny) {
  return z
    .object({
      status: z.literal(status),
      error: z.literal(errorOfStatus(status)),
      message: z.string(),
      code: z.enum(codes as [string, ...string[]]),
      authenticateHint,
    })
    .strict();
}

function hint(): z.ZodString {
  return z.string().regex(AUTHENTICATE_HINT);
}

function allBut(codes: readonly string[], code: string): string[] {
  return codes.filter((other) => other !== code);
}
