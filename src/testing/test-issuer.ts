import type { HttpFetch } from '../config/http-config.js';
import type { IntrospectionConfig } from '../config/introspection-config.js';
import type { JsonWebKeySet } from '../config/issuer-keys-config.js';
import type { TrustedIssuerConfig } from '../config/trusted-issuer-config.js';
import {
  accessToken,
  type AccessTokenContext,
  expiredAccessToken,
  notYetValidAccessToken,
} from './access-token.js';
import { checkOptions } from './checked-options.js';
import type { IntrospectedTokens } from './introspected-tokens.js';
import type { KeyRing } from './key-ring.js';
import type { IssuerEndpoints } from './test-issuer-endpoints.js';
import { inMemoryFetch } from './test-issuer-fetch.js';
import {
  ACCESS_TOKEN_RULES,
  type AccessTokenOptions,
  KEY_ROTATION_RULES,
  type KeyRotationOptions,
  type TestIssuerOptions,
} from './test-issuer-options.js';
import type { Outage, ReceivedRequest, Responder } from './test-issuer-responder.js';
import type { TestIssuerServer } from './test-issuer-server.js';
import { signToken, tamperWithSignature, type TokenPart } from './token-signer.js';

const OTHER_MEMBERS = ' Other claims belong in claims, members of the header in header.';

/** What {@link createTestIssuer} has put together. */
export interface TestIssuerParts {
  readonly issuer: string;
  readonly options: TestIssuerOptions;
  readonly keys: KeyRing;
  /** `undefined`: it does not answer introspection. */
  readonly introspected: IntrospectedTokens | undefined;
  readonly endpoints: IssuerEndpoints;
  readonly responder: Responder;
  /** `undefined`: it does not listen. */
  readonly server: TestIssuerServer | undefined;
}

/** An authorization server for tests: real keys, real signatures, and keys to be fetched over HTTP. */
export class TestIssuer implements AsyncDisposable {
  /** The exact `iss` of its tokens (RFC 9068 section 2.2). */
  readonly issuer: string;

  /**
   * Answers as the server would, byte for byte, without a network. Requests to another origin fail
   * like an unreachable host: with `TypeError('fetch failed')`.
   */
  readonly fetch: HttpFetch;

  readonly #parts: TestIssuerParts;

  /** @internal Use {@link createTestIssuer}. */
  constructor(parts: TestIssuerParts) {
    this.#parts = parts;
    this.issuer = parts.issuer;
    this.fetch = inMemoryFetch(parts.endpoints.origin, parts.responder);
  }

  /** The public keys published now, newest first (RFC 7517 section 5); none with `HS*`. */
  get jwks(): JsonWebKeySet {
    return this.#parts.keys.jwks;
  }

  /** Address of its JWK Set (RFC 8414 section 2, `jwks_uri`). */
  get jwksUri(): string {
    return this.#parts.endpoints.jwksUri;
  }

  /** `kid` of the key that signs now: `key-1`, after a rotation `key-2`, and so on. */
  get kid(): string {
    return this.#parts.keys.current.kid;
  }

  /**
   * The shared secret of an `HS*` issuer, as long as the hash (RFC 7518 section 3.2).
   *
   * @throws TypeError when the issuer signs with a key pair.
   */
  get secret(): Uint8Array {
    const { secret, algorithm } = this.#parts.keys.current;
    if (secret === undefined) throw new TypeError(`${algorithm} has no secret; use jwks`);
    return secret;
  }

  /** Every request received, in order, over HTTP or through {@link fetch}; grows as more come. */
  get requests(): readonly ReceivedRequest[] {
    return this.#parts.responder.requests;
  }

  /**
   * A configuration that trusts this issuer: keys by discovery (by `jwksUri` when it serves no
   * discovery document; by secret with `HS*`), through {@link fetch} when it does not listen. It is asked about
   * opaque tokens when it answers introspection.
   *
   * @param overrides - Members to replace; those of `http` and `introspection` are merged. Default: none.
   */
  config(overrides: Partial<TrustedIssuerConfig> = {}): TrustedIssuerConfig {
    const { options, keys, server, introspected } = this.#parts;
    const introspection = introspected && this.#introspection(introspected);
    const { secret, algorithm } = keys.current;
    return {
      issuer: this.issuer,
      audience: this.#audience,
      ...(secret && { keys: { secret }, algorithms: [algorithm] }),
      ...(!secret && options.discovery === 'none' && { keys: { jwksUri: this.jwksUri } }),
      ...overrides,
      ...(introspection && { introspection: { ...introspection, ...overrides.introspection } }),
      ...(!server && { http: { fetch: this.fetch, ...overrides.http } }),
    };
  }

  /**
   * A good access token (RFC 9068 section 2), as the options change it.
   *
   * @throws TypeError for an unknown option, or one of a wrong type; so do the other kinds of token.
   */
  token(options: AccessTokenOptions = {}): string {
    return this.#minted(accessToken, options);
  }

  /**
   * A token that says nothing itself; what {@link token} would say, the issuer says when it is asked (RFC 7662).
   * One that has expired is not active.
   *
   * @throws TypeError when the issuer does not answer introspection, which is an option of its own.
   */
  opaqueToken(options: AccessTokenOptions = {}): string {
    checkOptions('a token', options, ACCESS_TOKEN_RULES, OTHER_MEMBERS);
    return this.#introspected.issue(accessToken(options, this.#context()).claims);
  }

  /**
   * From now on the issuer says that this token, opaque or not, is not active.
   *
   * @throws TypeError when the issuer does not answer introspection, or never made the token.
   */
  revoke(token: string): void {
    if (!this.#introspected.revoke(token)) throw new TypeError('the issuer has no such token');
  }

  /** The token {@link token} gives, but with an `exp` one hour past and an `iat` before it. */
  expiredToken(options: AccessTokenOptions = {}): string {
    return this.#minted(expiredAccessToken, options);
  }

  /** The token {@link token} gives, but with an `nbf` one hour ahead and an `exp` after it. */
  notYetValidToken(options: AccessTokenOptions = {}): string {
    return this.#minted(notYetValidAccessToken, options);
  }

  /** The token {@link token} gives, but with one bit of its signature flipped. */
  tamperedToken(options: AccessTokenOptions = {}): string {
    return tamperWithSignature(this.token(options));
  }

  /**
   * Signs anything with the current key and the issuer's own algorithm, whatever the header says.
   *
   * @param header - Taken as it is: neither `alg` nor `kid` is added.
   * @param payload - An object, or text or bytes that need not be JSON.
   */
  sign(header: TokenPart, payload: TokenPart): string {
    return signToken(header, payload, this.#parts.keys.current);
  }

  /** Generates a new key with a new `kid`; tokens are signed with it from then on. */
  async rotateKeys(options: KeyRotationOptions = {}): Promise<void> {
    checkOptions('a key rotation', options, KEY_ROTATION_RULES);
    const { keepOld = true } = options;
    await this.#parts.keys.rotate(keepOld);
  }

  /** Withdraws every published key but the one that signs now. */
  removeOldKeys(): void {
    this.#parts.keys.removeOld();
  }

  /**
   * Refuses every request from now on.
   *
   * @param outage - Status of the empty answer, 200 to 599, or `'drop'` to cut the connection. Default 503.
   * @throws RangeError for another status.
   */
  goDown(outage: Outage = 503): void {
    this.#parts.responder.goDown(outage);
  }

  /**
   * Delays every answer from now on, that of an outage too.
   *
   * @param ms - Milliseconds, 0 to 2147483647; 0 ends the delay.
   * @throws RangeError for another number.
   */
  stall(ms: number): void {
    this.#parts.responder.stall(ms);
  }

  /** Ends an outage and a delay; answers already delayed stay so. */
  comeBack(): void {
    this.#parts.responder.comeBack();
  }

  /** Stops listening and cuts every connection. Can be called again; tokens can still be signed. */
  async close(): Promise<void> {
    this.#parts.responder.close();
    await this.#parts.server?.close();
  }

  /** {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #audience(): string | readonly string[] {
    return this.#parts.options.audience ?? 'https://api.example.com';
  }

  #context(): AccessTokenContext {
    const { keys, options } = this.#parts;
    const nowSeconds = Math.floor((options.now ?? Date.now)() / 1_000);
    return { issuer: this.issuer, audience: this.#audience, key: keys.current, nowSeconds };
  }

  get #introspected(): IntrospectedTokens {
    const { introspected } = this.#parts;
    if (introspected !== undefined) return introspected;
    throw new TypeError(
      'the issuer does not answer introspection; create it with introspection: true',
    );
  }

  /** Without a metadata document it is told where the endpoint is. */
  #introspection(introspected: IntrospectedTokens): IntrospectionConfig {
    const { options, endpoints } = this.#parts;
    const isFound = options.discovery !== 'none';
    return { ...introspected.config, ...(!isFound && { endpoint: endpoints.introspectionUrl }) };
  }

  #minted(make: typeof accessToken, options: AccessTokenOptions): string {
    checkOptions('a token', options, ACCESS_TOKEN_RULES, OTHER_MEMBERS);
    const { header, claims } = make(options, this.#context());
    const { introspectedOnly = [] } = options;
    const own = Object.entries(claims).filter(([name]) => !introspectedOnly.includes(name));
    const token = this.sign(header, Object.fromEntries(own));
    if (introspectedOnly.length > 0) this.#introspected.know(token, claims);
    else this.#parts.introspected?.know(token, claims);
    return token;
  }
}
