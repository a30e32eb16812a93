import type { INestApplicationContext, Type } from '@nestjs/common';
import type { ApplicationConfig, HttpAdapterHost } from '@nestjs/core';
import type { AccessMode } from '../core/authorization/access-mode.js';
import { GuardFinder } from '../core/on-demand/audit/guard-finder.js';
import { JwtAuthGuard } from '../core/guard/jwt-auth.guard.js';
import {
  ofKind,
  type GrantRequirement,
  type Requirement,
} from '../core/authorization/requirement.js';
import { TOKENS } from '../core/util/di-tokens.js';
import { routeAt } from '../core/calls/route-memo.js';
import { RoutePolicyReader } from '../core/authorization/route-policy.js';
import { refusalRow, type RefusalCode } from '../core/refusals/refusal-table.js';

type Handler = (...parameters: never[]) => unknown;

/** A handler and the controller it is called on, which need not be the one that declares it. */
export interface RouteTarget {
  readonly controller: Type;
  readonly handler: Handler;
}

/** What the guard does on a route, and what it demands there. */
export class RouteAccess {
  constructor(
    /** `public` where the guard does not look at the request, or does not run. */
    readonly mode: AccessMode,
    private readonly requirements: readonly Requirement[],
  ) {}

  canSend(code: RefusalCode): boolean {
    // Demands on a route whose guard does not run are refused for want of an identity.
    if (this.mode === 'public') return code === 'auth_required' && this.requirements.length > 0;
    if (code === 'auth_required') return this.mode === 'protected';
    if (code === 'insufficient_scope')
      return ofKind(this.requirements, 'issuer', 'scopes', 'roles').length > 0;
    if (code === 'step_up_required') return ofKind(this.requirements, 'authentication').length > 0;
    return true;
  }

  /** The lists of scopes that will do, each a whole one; one empty list where none is demanded. */
  scopes(): readonly (readonly string[])[] {
    const demanded = this.grants().filter(({ kind }) => kind === 'scopes');
    return demanded.reduce<readonly (readonly string[])[]>(
      (lists, { match, names }) =>
        (match === 'all' ? [names] : names.map((name) => [name])).flatMap((more) =>
          lists.map((list) => [...new Set([...list, ...more])]),
        ),
      [[]],
    );
  }

  /** What is demanded, in words for the response that says it is lacking. */
  note(status: number): string | undefined {
    if (status !== refusalRow('insufficient_scope').status) return undefined;
    const issuers = ofKind(this.requirements, 'issuer').map(
      (requirement) => `Needs a token of ${listed(requirement.issuers, ' or ')}.`,
    );
    const grants = this.grants().map(({ kind, match, names }) =>
      match === 'all'
        ? `Needs the ${kind} ${listed(names)}.`
        : `Needs one of the ${kind} ${listed(names)}.`,
    );
    return [...issuers, ...grants].join(' ');
  }

  private grants(): GrantRequirement[] {
    return ofKind(this.requirements, 'scopes', 'roles');
  }
}

function listed(names: readonly string[], separator = ', '): string {
  return names.map((name) => `\`${name}\``).join(separator);
}

/** Reads from guards and decorators what the guard does on each route of an application. */
export function routeAccessIn(app: INestApplicationContext): (target: RouteTarget) => RouteAccess {
  const adapterHost = app.get<HttpAdapterHost>(TOKENS.adapterHost, { strict: false });
  const application = app.get<ApplicationConfig>(TOKENS.application, { strict: false });
  const guard = app.get(JwtAuthGuard, { strict: false });
  const policies = new RoutePolicyReader();
  const guards = new GuardFinder(application, guard, adapterHost);
  return ({ controller, handler }) => {
    const { mode, requirements } = policies.read(routeAt(controller, handler));
    const found = { kind: 'http', controller, handler, reachedBy: '' } as const;
    if (!guards.isGuarded(found)) return new RouteAccess('public', requirements);
    // Who may come without a token may not have what is demanded.
    const demanding = mode === 'optional' && requirements.length > 0;
    return new RouteAccess(demanding ? 'protected' : (mode ?? 'protected'), requirements);
  };
}
