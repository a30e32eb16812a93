import { type KeyObject, randomBytes } from 'node:crypto';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';

/** The machine that asks for tokens in its own name. */
export const JOB = { id: 'reporting-job', secret: 'the-secret-of-the-reporting-job' };
/** The sample's page: runs in a browser, so it can keep no secret (RFC 6749 section 2.1). */
export const PAGE = { id: 'notes-page' };
export const API = 'https://api.example.com';
export const SCOPE = 'notes:read';

/** Kept while keys rotate, so that no user is logged out by it. */
const COOKIE_KEYS = [randomBytes(32).toString('base64url')];

/** A private key and the name it is published by. */
export interface NamedKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/**
 * @param keys newest first; that one signs.
 * @param redirectUris where the page is; empty while it is nowhere.
 */
export function configurationOf(
  keys: readonly NamedKey[],
  redirectUris: readonly string[],
): Configuration {
  const origins = new Set(redirectUris.map((uri) => new URL(uri).origin));
  return {
    jwks: {
      keys: keys.map(({ kid, privateKey }) => ({
        ...privateKey.export({ format: 'jwk' }),
        ...{ kid, use: 'sig', alg: 'RS256' },
      })),
    },
    cookies: { keys: COOKIE_KEYS },
    clients: [
      {
        client_id: JOB.id,
        client_secret: JOB.secret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
      ...(redirectUris.length === 0
        ? []
        : [
            {
              client_id: PAGE.id,
              token_endpoint_auth_method: 'none' as const,
              grant_types: ['authorization_code' as const],
              response_types: ['code' as const],
              redirect_uris: [...redirectUris],
            },
          ]),
    ],
    ttl: {
      ...{ AccessToken: 3_600, ClientCredentials: 3_600, IdToken: 3_600 },
      ...{ Grant: 86_400, Interaction: 3_600, Session: 86_400 },
    },
    // Scripts of the page's origin may ask for tokens, those of another may not.
    clientBasedCORS: (_context, origin) => origins.has(origin),
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    loadExistingGrant: grantOfTheHouse,
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      // They load fonts from elsewhere; login.page.ts is in their place.
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      // Without a resource indicator the token would be opaque, and no API could verify it.
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          audience: API,
          scope: SCOPE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

/** Page and API belong together, so users are not asked whether the one may use the other. */
async function grantOfTheHouse({ oidc }: KoaContextWithOIDC) {
  const { provider, client, session } = oidc;
  const clientId = client?.clientId ?? PAGE.id;
  const known = session?.grantIdFor(clientId);
  if (known !== undefined) return provider.Grant.find(known);
  const grant = new provider.Grant({ clientId, accountId: session?.accountId ?? '' });
  grant.addOIDCScope('openid');
  grant.addResourceScope(API, SCOPE);
  await grant.save();
  return grant;
}
