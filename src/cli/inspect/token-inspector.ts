import { validateClaims, validateSubject } from '../../core/jwt/validate-claims.js';
import { validateHeader } from '../../core/jwt/validate-header.js';
import type { TokenBinding } from '../../core/guard/token-binding.js';
import type { JwtAuthenticator } from '../../core/jwt/jwt-authenticator.js';
import { selectKeys } from '../../core/jwt/select-keys.js';
import { markOf } from '../../core/jwt/unverified-reason.js';
import { parseUnverifiedToken, type UnverifiedToken } from '../../core/jwt/unverified-token.js';
import type { Clock } from '../../core/util/clock.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { issuerNameOf } from '../../config/tenant-template.js';
import { type Claims, deepFreeze, type Identity } from '../../core/identity/identity.js';
import { identityOf } from '../../core/identity/identity-mapper.js';
import { Refusal, type Result } from '../../core/refusals/refusal.js';
import type { VerificationKey } from '../../core/keys/key-source.js';
import { CredentialsReader } from '../../core/calls/credentials-reader.js';
import type { TrustedIssuer } from '../../core/issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../../core/issuers/trusted-issuers.js';
import { bindingDetails, bindingRefusal } from './binding-details.js';
import { audienceDetails, grantDetails } from './identity-details.js';
import type { Inspection } from './inspection.js';
import { InspectionNotes } from './inspection-notes.js';
import type { IssuerInquiry } from './issuer-inquiry.js';

/** What an inspection needs of the module. */
export interface InspectionParts {
  readonly config: ResolvedAuthConfig;
  readonly trustedIssuers: TrustedIssuers;
  readonly binding: TokenBinding;
  readonly authenticator: Pick<JwtAuthenticator, 'verifySignature'>;
  /** Absent where no issuer wants to be asked about tokens. */
  readonly introspection?: IssuerInquiry | undefined;
  readonly clock: Clock;
  /** Whether keys that are elsewhere may be fetched, and issuers asked. */
  readonly fetchKeys: boolean;
}

/** Takes one token along the steps of a request, by the module's own functions, and notes each. */
export class TokenInspector {
  private readonly notes: InspectionNotes;
  private readonly nowSeconds: number;

  constructor(private readonly parts: InspectionParts) {
    this.nowSeconds = parts.clock.now() / 1_000;
    this.notes = new InspectionNotes(parts.config, this.nowSeconds);
  }

  /** @param text - The token alone. Call it once. */
  async inspect(text: string): Promise<Inspection> {
    const identity = await this.identityOf(text).catch((error: unknown) => {
      // A refusal was noted by the step that threw it.
      if (!(error instanceof Refusal)) throw error;
      return undefined;
    });
    return this.notes.conclude(identity);
  }

  private async identityOf(text: string): Promise<Identity> {
    const bearer = await this.notes.take('credentials', () => this.readBearer(text));
    this.notes.add('credentials', 'passed', [`one bearer token of ${bearer.length} bytes`]);
    this.notes.add('remembered', 'skipped', ['a command remembers no tokens']);

    const owner = this.parts.introspection?.ownerOf(bearer);
    const said = owner ? await this.opaque(bearer, owner) : await this.jwt(bearer);
    const { trusted } = this.notes;
    if (trusted === undefined) throw new Error('a token without an issuer went on');
    const { policy } = trusted;
    const claims = await this.notes.take('claims', () =>
      validateClaims(deepFreeze(said), policy, this.nowSeconds),
    );
    this.notes.add('claims', 'passed', [
      'times, audience and the issuer’s other terms are met',
      audienceDetails(claims, policy),
    ]);
    // As the guard does: the subject is validated with the claims, before the binding.
    const subject = await this.notes.take('identity', () => validateSubject(claims, policy));
    await this.notes.take('binding', () => this.parts.binding.checkMembers(claims.cnf));
    await this.notes.take('binding', () => bindingRefusal(claims.cnf, policy));
    this.notes.add('binding', 'passed', bindingDetails(claims.cnf, policy, this.parts.config));
    const identity = await this.notes.take('identity', () =>
      identityOf({ trusted, claims, subject }),
    );
    this.notes.add('identity', 'passed', [
      `${identity.id}; isRevoked was not asked`,
      ...grantDetails(identity, { trusted, claims, subject }),
    ]);
    return identity;
  }

  /** What a JWT says of itself, once its signature was checked, and its issuer asked where that wants it. */
  private async jwt(bearer: string): Promise<Claims> {
    const token = (this.notes.token = await this.notes.take('form', () =>
      parseUnverifiedToken(bearer, undefined, { mayBePadded: this.parts.trustedIssuers.somePad }),
    ));
    this.notes.add('form', 'passed', ['a well-formed JWS; header and claims are not verified yet']);

    const trusted = (this.notes.trusted = await this.notes.take('issuer', () => this.find(token)));
    const { policy } = trusted;
    this.notes.add('issuer', 'passed', [`trusted: ${issuerNameOf(policy, token.claims['iss'])}`]);

    await this.notes.take('keys', () => validateHeader(token, trusted));
    const keys = await this.selectKeys(token, trusted);
    if (keys) await this.notes.take('signature', () => this.verifySignature(token, trusted, keys));
    else this.notes.add('signature', 'unknown', ['there is no key to check the signature with']);
    if (policy.introspection?.mode !== 'always') return token.claims;
    if (keys) return this.ask(bearer, trusted, token.claims);
    this.notes.add('introspection', 'unknown', [
      'the issuer is asked only about a token whose signature was verified',
    ]);
    return token.claims;
  }

  /** What the issuer says of a token that says nothing itself. */
  private opaque(bearer: string, owner: TrustedIssuer): Promise<Claims> {
    const { introspection, issuer } = owner.policy;
    this.notes.trusted = owner;
    this.notes.add('form', 'passed', [
      'an opaque token: only its issuer can say whether it is valid',
    ]);
    const prefix = introspection?.tokenPrefix;
    const why =
      prefix === undefined ? 'it has no other issuer’s prefix' : `its prefix is ${prefix}`;
    this.notes.add('issuer', 'passed', [`trusted: ${issuer}; ${why}`]);
    for (const step of ['keys', 'signature'] as const)
      this.notes.add(step, 'skipped', ['an opaque token has no signature']);
    return this.ask(bearer, owner, undefined);
  }

  /** @param own what the token says itself. */
  private async ask(
    bearer: string,
    trusted: TrustedIssuer,
    own: Claims | undefined,
  ): Promise<Claims> {
    const advice = 'the issuer must be asked; allow it with --fetch-keys';
    const { introspection, fetchKeys } = this.parts;
    const claims = await this.notes.take('introspection', () =>
      fetchKeys && introspection
        ? introspection.claimsOf(bearer, trusted, own)
        : Promise.reject(new Refusal('keys_unavailable', 'introspection', advice)),
    );
    this.notes.answer = claims;
    this.notes.add('introspection', 'passed', ['its issuer says that it is active']);
    return claims;
  }

  private readBearer(text: string): string {
    const { config } = this.parts;
    const reader = new CredentialsReader({ ...config, tokenSources: ['header'] });
    const credentials = reader.read({ headers: { authorization: `Bearer ${text}` } });
    if (credentials === undefined)
      throw new Refusal('auth_required', 'credentials', 'no token was given');
    return credentials.token;
  }

  private async find(token: UnverifiedToken): Promise<Result<TrustedIssuer>> {
    const { trustedIssuers } = this.parts;
    const { iss } = token.claims;
    return (await trustedIssuers.find(iss)) ?? trustedIssuers.refuse(iss, markOf(token));
  }

  /** `undefined` when keys were not fetched or can't be fetched: the other steps can still be taken. */
  private async selectKeys(
    token: UnverifiedToken,
    trusted: TrustedIssuer,
  ): Promise<readonly VerificationKey[] | undefined> {
    if (!this.parts.fetchKeys && trusted.keys.isRemote) {
      const advice = 'the keys are elsewhere; allow fetching them with --fetch-keys';
      this.notes.add('keys', 'unknown', [advice]);
      return undefined;
    }
    try {
      const keys = await this.notes.take('keys', () => selectKeys(token, trusted, this.nowSeconds));
      this.notes.add('keys', 'passed', [
        keys.length === 1 ? 'one key fits' : `${keys.length} keys fit`,
      ]);
      return keys;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'keys_unavailable') return undefined;
      throw error;
    }
  }

  private async verifySignature(
    token: UnverifiedToken,
    trusted: TrustedIssuer,
    keys: readonly VerificationKey[],
  ): Promise<Result<VerificationKey>> {
    const key = await this.parts.authenticator.verifySignature(token, trusted, keys);
    if (!(key instanceof Refusal))
      this.notes.add('signature', 'passed', [`${token.algorithm}, verified`]);
    return key;
  }
}
