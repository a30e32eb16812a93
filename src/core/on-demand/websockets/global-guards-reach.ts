import { SocketModule } from '@nestjs/websockets/socket-module.js';

const { getContextCreator } = SocketModule.prototype as unknown as Record<string, Function>;

/**
 * Whether guards for the whole application run for the messages of gateways. They do on Nest 12, whose
 * gateways are made with the application's configuration; on Nest 11 they are made without.
 */
export const GLOBAL_GUARDS_REACH_GATEWAYS = (getContextCreator?.length ?? 0) > 1;
