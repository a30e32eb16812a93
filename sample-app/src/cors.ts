/**
 * Lets scripts of every origin call this API with a token, and read what a refusal says: without
 * `exposedHeaders` a browser hides both headers from them.
 */
export const CORS = { exposedHeaders: ['WWW-Authenticate', 'Retry-After'] };
