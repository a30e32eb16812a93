import { type ClaimPath, claimPath } from '../core/jose/claim-path.js';
import type { Claims } from '../core/identity/identity.js';
import { DEFAULTS } from './defaults.js';
import type {
  GrantLimit,
  GrantLimitsConfig,
  IdentityMappingConfig,
  KeysOf,
  ScopeImplies,
} from './identity-mapping-config.js';

/** The places in the claims that a member of an identity is read from. */
export interface ClaimPlaces {
  readonly paths: readonly ClaimPath[];
  /** In their place, a function of the application. */
  readonly read?: (claims: Claims) => unknown;
  /** The application has named them. */
  readonly isConfigured: boolean;
}

/** Where each member of an identity comes from. */
export type IdentityMapping = Readonly<
  Record<'subject' | 'clientId' | 'scopes' | 'roles' | 'tenant', ClaimPlaces>
>;

/** Which names of an issuer count; `undefined`: all. */
export type ResolvedGrants = Readonly<
  Record<'scopes' | 'roles', ((name: string) => boolean) | undefined>
>;

/** What each scope implies by itself, as configured. */
export type ScopeImplications = ReadonlyMap<string, readonly string[]>;

/** One for all issuers that change nothing: thousands of equal ones would crowd each other out of the processor's cache. */
const DEFAULT_MAPPING = mappingOf({});

/** Where an issuer's identities come from, with the defaults applied. */
export function identityMapping(config: IdentityMappingConfig | undefined): IdentityMapping {
  return config === undefined ? DEFAULT_MAPPING : mappingOf(config);
}

/** What counts of what an issuer states. */
export function resolvedGrants(config: GrantLimitsConfig): ResolvedGrants {
  return { scopes: grantOf(config.scopes), roles: grantOf(config.roles) };
}

/** A map, because the names come from tokens: an object also has inherited members. */
export function scopeImplications(config: ScopeImplies): ScopeImplications {
  return new Map(Object.entries(config));
}

function mappingOf(config: IdentityMappingConfig): IdentityMapping {
  const placesOf = (name: keyof IdentityMapping): ClaimPlaces => {
    const configured = config[name];
    const isConfigured = configured !== undefined;
    if (typeof configured === 'function') return { paths: [], read: configured, isConfigured };
    const named: ClaimName | readonly ClaimName[] = configured ?? DEFAULTS.identity[name];
    const names = Array.isArray(named) ? (named as readonly ClaimName[]) : [named as ClaimName];
    return { paths: names.map(pathOf), isConfigured };
  };
  return {
    subject: placesOf('subject'),
    clientId: placesOf('clientId'),
    scopes: placesOf('scopes'),
    roles: placesOf('roles'),
    tenant: placesOf('tenant'),
  };
}

type ClaimName = string | KeysOf;

function pathOf(name: ClaimName): ClaimPath {
  return typeof name === 'string' ? claimPath(name) : { ...claimPath(name.keysOf), isKeysOf: true };
}

function grantOf(limit: GrantLimit | undefined): ((name: string) => boolean) | undefined {
  // Only `true` grants: any other value is not an answer.
  if (typeof limit === 'function') return (name) => (limit(name) as unknown) === true;
  if (limit === undefined) return undefined;
  const exact = new Set(limit.filter((name) => !name.endsWith('*')));
  const prefixes = limit.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
