import type { CanActivate } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { standInFor } from '../core/enforcement/guards-on-paper.js';
import { JwtAuthGuard } from '../core/guard/jwt-auth.guard.js';

/** Connections are checked by the guard of messages, so `overrideGuard` of \@nestjs/testing replaces both. */
export function connectionGuard(
  injected: CanActivate,
  modules: ModulesContainer | undefined,
): CanActivate {
  const standIn = modules && standInFor(JwtAuthGuard, modules);
  return (standIn?.instance as CanActivate | undefined) ?? injected;
}
