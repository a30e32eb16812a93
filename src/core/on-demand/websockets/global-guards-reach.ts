import { missingPackage } from '../optional-package.js';

/**
 * Whether guards for the whole application run for the messages of gateways. They do on Nest 12, whose
 * gateways are made with the application's configuration; on Nest 11 they are made without.
 */
export async function globalGuardsReachGateways(): Promise<boolean> {
  const { SocketModule } = await import('@nestjs/websockets/socket-module.js').catch(
    missingPackage('@nestjs/websockets'),
  );
  const { getContextCreator } = SocketModule.prototype as unknown as Record<string, Function>;
  return (getContextCreator?.length ?? 0) > 1;
}
