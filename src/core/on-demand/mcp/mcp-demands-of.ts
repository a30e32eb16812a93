import type { ModulesContainer } from '@nestjs/core';
import type { DemandRules } from '../../authorization/check-requirements.js';
import { hideForbidden, isMcpStrategy } from './hide-forbidden.js';
import { ListedOperations } from './listed-operations.js';
import { McpDemands } from './mcp-demands.js';
import { mcpOperationsIn } from './mcp-operations.js';

/** What the operations of an application demand. Its servers, now and later, list what the caller may use. */
export function mcpDemandsOf(modules: ModulesContainer, rules: DemandRules): McpDemands {
  const operations = mcpOperationsIn(modules);
  modules.getRpcTargetRegistry().subscribe((target: unknown) => {
    if (!isMcpStrategy(target)) return;
    const served = operations.filter(({ transport }) => transport === target.transportId);
    hideForbidden(target, new ListedOperations(served, rules));
  });
  return new McpDemands(operations);
}
