export { authenticateConnection } from './authenticate-connection.js';
export type { ConnectionAuthenticator } from './authenticate-connection.js';
export type { GraphQLConnection } from './authenticate-connection.js';
