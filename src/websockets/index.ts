export { AuthenticatedGateway } from './authenticated-gateway.decorator.js';
export type { AuthenticatedGatewayOptions } from './authenticated-gateway.decorator.js';
export { identityOf } from './socket-admission.js';
export type { SocketAdmissionOptions } from './socket-admission-options.js';
export { SocketAuthenticator } from './socket-authenticator.js';
export type { SocketMiddleware } from './judging-middleware.js';
export { selectSubprotocol } from './subprotocol-token.js';
export { subprotocolToken } from './subprotocol-token.js';
export { WsRefusalFilter } from './ws-refusal.filter.js';
