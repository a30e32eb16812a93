import { createPublicKey, type KeyObject } from 'node:crypto';
import {
  AuthModule,
  type AuthModuleConfig,
  type TokenSource,
  type TrustedIssuerConfig,
} from 'nestjs-trusted-issuers';
import { keycloak } from 'nestjs-trusted-issuers/presets';

const issuer = 'https://login.example.com';
const key: KeyObject = createPublicKey('…');

// Issuers: a string, a configuration, a preset, and lists that nothing may change.
AuthModule.forRoot({ audience: 'api', issuers: [issuer] });
AuthModule.forRoot({ issuers: [{ issuer, audience: ['api', 'other'] }] });
AuthModule.forRoot({
  issuers: [keycloak({ url: 'https://sso.example.com', realm: 'a', audience: 'api' })],
});
AuthModule.forRoot({ audience: ['api'] as const, issuers: [issuer] as const });
AuthModule.forRoot({
  resolveIssuer: { origins: [issuer], resolve: () => Promise.resolve(undefined) },
});
// @ts-expect-error An issuer has a name.
AuthModule.forRoot({ issuers: [{ audience: 'api' }] });
// @ts-expect-error One issuer is a list of one.
AuthModule.forRoot({ issuers: issuer });
// @ts-expect-error A misspelt option.
AuthModule.forRoot({ issuers: [issuer], audiences: 'api' });
// @ts-expect-error A misspelt option of an issuer: its unit belongs to its name.
AuthModule.forRoot({ issuers: [{ issuer, clockTolerance: 5 }] });
// @ts-expect-error No configuration.
AuthModule.forRoot();

// Algorithms: names that editors complete.
export const edwards: TrustedIssuerConfig = { issuer, algorithms: ['EdDSA', 'Ed25519', 'Ed448'] };
// @ts-expect-error Names are compared to the letter.
export const lowerCase: TrustedIssuerConfig = { issuer, algorithms: ['rs256'] };

// Audience: null says that it is deliberately unchecked, and only an issuer may say so.
export const unchecked: TrustedIssuerConfig = { issuer, audience: null, clientIds: ['web'] };
// @ts-expect-error Not for all issuers at once.
export const uncheckedAll: AuthModuleConfig = { issuers: [issuer], audience: null };
// @ts-expect-error Silence is not permission.
export const no: TrustedIssuerConfig = { issuer, audience: false };

// An audience that looks like a placeholder is allowed by its name, not by a switch.
export const meant: TrustedIssuerConfig[] = [
  { issuer, audience: 'YOUR_API', allowPlaceholderAudience: 'YOUR_API' },
  { issuer, audience: ['YOUR_API', 'b'], allowPlaceholderAudience: ['YOUR_API'] as const },
];
// @ts-expect-error Not for whatever is there.
export const whatever: TrustedIssuerConfig = { issuer, allowPlaceholderAudience: true };
// @ts-expect-error Not for all issuers at once.
export const all: AuthModuleConfig = { issuers: [issuer], allowPlaceholderAudience: 'YOUR_API' };

// Keys: exactly one of the forms.
const keys = (..._forms: NonNullable<TrustedIssuerConfig['keys']>[]): void => undefined;
keys({ discovery: issuer }, { jwksUri: issuer }, { jwksUri: [issuer] as const });
keys({ jwks: { keys: [] } }, { publicKey: key }, { publicKey: ['PEM', key] });
keys({ secret: 'text' }, { secret: new Uint8Array(32) }, { jwksFile: '/etc/keys.json' });
keys({ publicKeyUri: 'https://keys.example.com/{kid}' });
keys({ jwksUri: issuer, publicKey: undefined });
// @ts-expect-error None.
keys({});
// @ts-expect-error Two.
keys({ jwksUri: issuer, publicKey: key });
// @ts-expect-error Two, one of which no member of the union has beside it.
keys({ secret: 'text', jwks: { keys: [] } });
// @ts-expect-error Another name.
keys({ uri: issuer });
// @ts-expect-error Not an address: a JWK Set goes into jwks.
keys({ jwksUri: { keys: [] } });

/** Knows what its requests are. */
const fromHeader = ({ headers }: { headers: { 'x-token'?: string } }): string | null =>
  headers['x-token'] ?? null;

// Choices are closed.
export const choices: AuthModuleConfig = {
  issuers: [issuer],
  disclosure: 'minimal',
  authenticateHint: 'auth_required',
  audit: 'error',
  closeOnExpiry: false,
  verifiedTokenCache: false,
  signatureVerifier: 'node:crypto',
  tokenSources: [
    'header',
    { cookie: 'token' },
    { query: 'access_token' },
    () => undefined,
    fromHeader,
  ],
  isRevoked: async ({ tokenId }) => Promise.resolve(tokenId === 'gone'),
};
// @ts-expect-error No such verifier.
export const verifier: AuthModuleConfig = { issuers: [issuer], signatureVerifier: 'jose' };
// @ts-expect-error No such disclosure.
export const disclosure: AuthModuleConfig = { issuers: [issuer], disclosure: 'none' };
// @ts-expect-error The cache is off with false; there is no on.
export const cache: AuthModuleConfig = { issuers: [issuer], verifiedTokenCache: true };
export const source: TokenSource = { header: 'X-Token', scheme: 'Token', same: 'allowed' };
// @ts-expect-error A source of tokens has one of the names.
export const noSource: TokenSource = { headers: 'X-Token' };
// @ts-expect-error There is no other word for it.
export const sameSource: TokenSource = { header: 'X-Token', same: true };
// @ts-expect-error Whether it is revoked is a boolean.
export const revoked: AuthModuleConfig = { issuers: [issuer], isRevoked: () => 'yes' };

// A configuration is read, not changed.
// @ts-expect-error read-only
choices.realm = 'other';
// @ts-expect-error read-only
unchecked.clientIds?.push('mobile');
