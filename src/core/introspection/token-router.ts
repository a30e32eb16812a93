import type { TrustedIssuer } from '../issuers/trusted-issuer.js';
import type { IntrospectionSurroundings, Introspector } from './introspector.js';
import type {
  Attempt,
  AuthenticatedToken,
  RememberedToken,
  TokenAuthenticator,
} from '../jwt/authenticated-token.js';
import type { JwtAuthenticator } from '../jwt/jwt-authenticator.js';
import { Refusal, type Result } from '../refusals/refusal.js';
import type { MaybeAsync } from '../util/maybe-async.js';
import { AskingJwtAuthenticator } from './asking-jwt-authenticator.js';
import { IntrospectionAuthenticator } from './introspection-authenticator.js';
import { isJws, mayBeOpaque } from './opaque-token.js';
import { OpaqueTokenRoutes } from './opaque-token-routes.js';

const OF_REMOVED = 'the issuer whose opaque tokens begin like this is no longer trusted';

/** Chooses how to authenticate a token: a JWS by its signature, any other by asking its issuer. */
export class TokenRouter implements TokenAuthenticator, Introspectors {
  private readonly jwt: JwtAuthenticator;
  private readonly introspection: IntrospectionAuthenticator;
  private readonly routes: OpaqueTokenRoutes;

  constructor(
    parts: ConstructorParameters<typeof JwtAuthenticator>,
    { clock, events }: Omit<IntrospectionSurroundings, 'signatures'>,
  ) {
    const [trustedIssuers] = parts;
    const jwt = new AskingJwtAuthenticator(parts, () => this.introspection);
    this.jwt = jwt;
    this.routes = new OpaqueTokenRoutes(trustedIssuers);
    const surroundings = { clock, events, signatures: jwt };
    this.introspection = new IntrospectionAuthenticator(trustedIssuers, surroundings);
    trustedIssuers.useIntrospectors(this);
  }

  recall(token: string): RememberedToken | undefined {
    return this.jwt.recall(token) ?? this.introspection.recall(token);
  }

  authenticate(text: string, attempt: Attempt): MaybeAsync<Result<AuthenticatedToken>> {
    const owner = this.routed(text);
    if (owner === null) return new Refusal('issuer_untrusted', 'issuer', OF_REMOVED);
    if (owner === undefined) return this.jwt.authenticate(text, attempt);
    attempt.issuer = owner.policy.issuer;
    return this.introspection.authenticate(text, owner, attempt);
  }

  /** The issuer that an opaque token belongs to; `undefined` for a JWS, and where there is none. */
  ownerOf(text: string): TrustedIssuer | undefined {
    return this.routed(text) ?? undefined;
  }

  introspectorOf(trusted: TrustedIssuer): Introspector | undefined {
    return this.introspection.introspectorOf(trusted);
  }

  /** @returns the issuer; `null` when it was removed; `undefined` for a JWS, and where there is none. */
  private routed(text: string): TrustedIssuer | null | undefined {
    return isJws(text) || !mayBeOpaque(text) ? undefined : this.routes.ownerOf(text);
  }
}

/** What asks issuers about tokens. */
export interface Introspectors {
  /** What asks this issuer; `undefined` where it is not asked. */
  introspectorOf(trusted: TrustedIssuer): Introspector | undefined;
}
