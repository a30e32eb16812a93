import type { ModulesContainer } from '@nestjs/core';
import { type RoutePolicy, routePolicyOf } from '../../authorization/route-policy.js';
import { routeAt } from '../../calls/route-memo.js';
import { classesIn, methodsOf } from '../../enforcement/classes-in-modules.js';
import { guardsOn, isOfFamily } from '../../enforcement/guards-on-paper.js';
import {
  MESSAGE_TRANSPORT,
  type McpPattern,
  mcpPatternOf,
} from '../../enforcement/handler-kinds.js';

/** A tool, a resource or a prompt of MCP-Nest, and what its decorators say. */
export interface McpOperation extends McpPattern {
  /** Which server has it. */
  readonly transport: unknown;
  readonly policy: RoutePolicy;
  /** Whether it requires a token. */
  readonly needsCaller: boolean;
}

/** All operations of an application, each once, however many modules share its controller. */
export function mcpOperationsIn(modules: ModulesContainer): readonly McpOperation[] {
  const types = new Set(classesIn(modules).map(({ type }) => type));
  return [...types].flatMap((type) =>
    methodsOf(type).flatMap(({ method }) => {
      const pattern = mcpPatternOf(method);
      if (pattern === undefined) return [];
      const policy = routePolicyOf(routeAt(type, method));
      const isGuarded = [...guardsOn(type), ...guardsOn(method)].some(isOfFamily);
      return [
        {
          ...pattern,
          transport: Reflect.getMetadata(MESSAGE_TRANSPORT, method) as unknown,
          policy,
          needsCaller: needsCaller(policy, isGuarded),
        },
      ];
    }),
  );
}

function needsCaller({ mode, requirements }: RoutePolicy, isGuarded: boolean): boolean {
  if (requirements.length > 0) return true;
  return mode === undefined ? isGuarded : mode === 'protected';
}
