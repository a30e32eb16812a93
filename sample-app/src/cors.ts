/**
 * Lets scripts of every origin call this API with a token, and read what a refusal says: without
 * `exposedHeaders` a browser hides these headers from them.
 */
export const CORS = {
  exposedHeaders: ['WWW-Authenticate', 'Retry-After', 'DPoP-Nonce', 'X-Request-Id'],
};
