import type { CredentialsRequest } from './exchange.js';
import { requestOf } from './request-line.js';

/** What a GraphQL client and its browser said when they opened a WebSocket. */
export interface GraphQLHandshake {
  /** The payload of `connection_init`, what clients call their connection parameters. */
  readonly params: unknown;
  /** The HTTP request that was upgraded, where the server keeps it. */
  readonly upgrade: CredentialsRequest | undefined;
}

/**
 * What the token of a connection is read from: the upgraded request, with `Authorization` of the
 * connection parameters standing for the header that browsers can't set. Two different values are two
 * credentials, as two headers are.
 */
export function handshakeRequestOf({ params, upgrade }: GraphQLHandshake): CredentialsRequest {
  const { Authorization, authorization } = Object(params) as Record<string, unknown>;
  const candidates = [Authorization, authorization, upgrade?.headers.authorization];
  const sent = [...new Set(candidates.filter((value) => typeof value === 'string'))];
  const rawHeaders =
    sent.length > 1
      ? sent.flatMap((value) => ['authorization', value])
      : (upgrade?.rawHeaders ?? upgrade?.raw?.rawHeaders);
  const socket = upgrade?.socket ?? upgrade?.raw?.socket;
  return {
    headers: { ...upgrade?.headers, authorization: sent[0] },
    query: upgrade?.query,
    url: upgrade?.url,
    http: upgrade && requestOf(upgrade),
    ...(rawHeaders && { rawHeaders }),
    ...(socket && { socket }),
  };
}
