import { ASYMMETRIC_ALGORITHMS } from '../core/jose/algorithm-names.js';
import type { AuthModuleConfig } from './auth-module-config.js';

/** The defaults of the options that every module has. */
export const MODULE_DEFAULTS = {
  realm: 'api',
  disclosure: 'detailed',
  authenticateHint: 'always',
  problemDetails: false,
  closeOnExpiry: true,
  audit: 'off',
  signatureVerifier: 'passport-jwt',
  maxTokenBytes: 16_384,
  tokenSources: ['header'],
  warmUp: false,
} satisfies AuthModuleConfig;

/** Every default of the configuration, once. TSDoc repeats them as `@default`; a test compares. */
export const DEFAULTS = {
  ...MODULE_DEFAULTS,
  errorReference: { path: '/errors' },
  algorithms: ASYMMETRIC_ALGORITHMS,
  tokenTypes: ['at+jwt', 'jwt', null] as readonly (string | null)[],
  allowPadding: false,
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
  revocation: { maxStaleSeconds: 60, whenStale: 'refuse', maxTokenLifetimeSeconds: 2_592_000 },
  backChannelLogout: { path: '/backchannel-logout' },
  sharedSignals: { path: '/ssf/events' },
  mtls: { mode: 'off' },
  dpop: { mode: 'off', maxAgeSeconds: 300, maxFutureSeconds: 60, replay: 'this-process' },
  dpopNonce: { ttlSeconds: 300 },
  introspection: { mode: 'opaque', maxAgeSeconds: 0, maxConcurrent: 50, signedAnswers: 'off' },
  verifiedTokenCache: { maxEntries: 10_000, maxAgeSeconds: 300 },
} as const;
