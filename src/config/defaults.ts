import type { AuditMode, AuthenticateHint, Disclosure } from './auth-module-config.js';

/** RFC 7518 section 3.1, without the symmetric ones. */
const ASYMMETRIC_JWA = [
  ...['RS256', 'RS384', 'RS512'],
  ...['PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512'],
];

/** RFC 8037 and RFC 9864; the ML-DSA names are RFC 9964's. */
export const EDDSA_ALGORITHMS: readonly string[] = ['EdDSA', 'Ed25519', 'Ed448'];
export const ML_DSA_ALGORITHMS: readonly string[] = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'];

export const ASYMMETRIC_ALGORITHMS: readonly string[] = [
  ...ASYMMETRIC_JWA,
  ...EDDSA_ALGORITHMS,
  ...ML_DSA_ALGORITHMS,
];

/** Symmetric algorithms and the least secret length in bytes (RFC 7518 section 3.2). */
export const HMAC_SECRET_BYTES: Readonly<Record<string, number>> = {
  HS256: 32,
  HS384: 48,
  HS512: 64,
};

/** Every default of the configuration, once. TSDoc and README repeat them; a test compares. */
export const DEFAULTS = {
  realm: 'api',
  disclosure: 'detailed' as Disclosure,
  authenticateHint: 'always' as AuthenticateHint,
  errorReference: { path: '/errors' },
  problemDetails: false,
  audit: 'off' as AuditMode,
  maxTokenBytes: 16_384,
  tokenSources: ['header'] as const,
  warmUp: false,
  algorithms: ASYMMETRIC_ALGORITHMS,
  tokenTypes: ['at+jwt', 'jwt', null] as readonly (string | null)[],
  clockToleranceSeconds: 5,
  http: { timeoutMs: 5_000, maxBytes: 262_144, allowInsecure: false },
  identity: {
    subject: ['sub'],
    clientId: ['client_id', 'azp', 'cid', 'appid'],
    scopes: ['scope', 'scp', 'permissions'],
    roles: ['roles', 'groups', 'realm_access.roles', 'cognito:groups'],
    tenant: ['tid', 'tenant_id', 'org_id'],
  },
  resolveIssuer: { maxEntries: 100, maxAgeSeconds: 300, missMaxAgeSeconds: 30, timeoutMs: 5_000 },
  verifiedTokenCache: { maxEntries: 10_000, maxAgeSeconds: 300 },
} as const;

/** How long `isRevoked` may take. Not an option: who waits longer for an answer has given up. */
export const REVOCATION_TIMEOUT_MS = 5_000;

/** How fetched keys are kept. Not options: docs/keys.md gives the reason for each. */
export const KEY_LIMITS = {
  /** How long keys count as fresh where the key server does not say. */
  freshSeconds: 600,
  /** What the key server may say (`Cache-Control: max-age`) is brought within these. */
  minFreshSeconds: 60,
  maxFreshSeconds: 86_400,
  /** The share of the soft age after which keys are fetched anew, in the background. */
  refreshAheadAt: 0.8,
  /** How long old keys serve while none can be had; 50 minutes at least past a longer soft age. */
  staleIfErrorSeconds: 3_600,
  /** Between two fetches for a `kid` that is not in the set: doubles while they bring nothing new. */
  unknownKeyCoolDownSeconds: { first: 5, greatest: 30 },
  /** Between two fetches that fail: doubles, less up to a fifth by chance. */
  failedFetchBackOffSeconds: { first: 1, greatest: 30 },
  /** How many `kid`s that a fetch did not bring are remembered, and how long each may be. */
  rememberedMisses: 100,
  rememberedMissLength: 256,
  /** How many keys are parsed when a set is read, and how many more for one token at most. */
  keysParsedAtOnce: 100,
  /** How many fitting keys are tried for one token, those that fetches bring meanwhile included. */
  keysPerToken: 16,
} as const;
