import { validateClaims } from '../../core/jwt/validate-claims.js';
import { checkHeader } from '../../core/jwt/validate-header.js';
import type { Selection, TokenAuthenticator } from '../../core/jwt/token-authenticator.js';
import { parseUnverifiedToken, type UnverifiedToken } from '../../core/jwt/unverified-token.js';
import type { Clock } from '../../core/util/clock.js';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import { issuerNameOf } from '../../config/tenant-template.js';
import { mapIdentity } from '../../core/identity/identity-mapper.js';
import type { Identity } from '../../core/identity/identity.js';
import { type Judging, Refusal, type Verdict } from '../../core/refusals/refusal.js';
import { BearerCredentialsReader } from '../../core/calls/bearer-credentials-reader.js';
import type { TrustedIssuer } from '../../core/issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../../core/issuers/trusted-issuers.js';
import { type Inspection, StepLog, type StepNumber } from './inspection.js';
import { detailsOf } from './refusal-details.js';

/** What an inspection needs of the module. */
export interface InspectionParts {
  readonly config: ResolvedAuthConfig;
  readonly trustedIssuers: TrustedIssuers;
  readonly authenticator: TokenAuthenticator;
  readonly clock: Clock;
  /** Whether keys that are elsewhere may be fetched. */
  readonly fetchKeys: boolean;
}

/** Takes one token along the steps of a request, by the module's own functions, and notes each. */
export class TokenInspector {
  private readonly log = new StepLog();
  private readonly nowSeconds: number;
  private token: UnverifiedToken | undefined;
  private trusted: TrustedIssuer | undefined;

  constructor(private readonly parts: InspectionParts) {
    this.nowSeconds = parts.clock.now() / 1_000;
  }

  /** @param text - The token alone. Call it once. */
  async inspect(text: string): Promise<Inspection> {
    const identity = await this.identityOf(text).catch((error: unknown) => {
      // A refusal was noted by the step that threw it.
      if (!(error instanceof Refusal)) throw error;
      return undefined;
    });
    const conclusion = this.log.conclude();
    const { token } = this;
    return {
      ...conclusion,
      ...(token && { token: { header: token.header, claims: token.claims } }),
      ...(identity && conclusion.verdict === 'accepted' && { identity }),
    };
  }

  private async identityOf(text: string): Promise<Identity> {
    const bearer = await this.take(1, () => this.readBearer(text));
    this.log.add(1, 'passed', [`one bearer token of ${bearer.length} bytes`]);
    this.log.add(2, 'skipped', ['a command has verified nothing before']);

    const token = (this.token = await this.take(3, () => parseUnverifiedToken(bearer)));
    this.log.add(3, 'passed', ['a well-formed JWS; header and claims are not verified yet']);

    const trusted = (this.trusted = await this.take(4, () => this.find(token)));
    const { rules } = trusted;
    const issuer = issuerNameOf(rules, token.claims['iss']);
    this.log.add(4, 'passed', [`trusted: ${issuer}`]);

    await this.take(5, () => checkHeader(token, trusted));
    const selection = await this.select(token, trusted);
    const verified = selection && (await this.take(6, () => this.verify(selection)));
    if (!selection) this.log.add(6, 'unknown', ['there is no key to check the signature with']);

    const claims = await this.take(7, () => validateClaims(token.claims, rules, this.nowSeconds));
    this.log.add(7, 'passed', ['times, audience and the issuer’s other terms are met']);
    const identity = await this.take(8, () =>
      mapIdentity(issuer, claims, rules.identity, rules.mayGrant),
    );
    this.log.add(8, 'passed', [`${identity.id}; isRevoked was not asked`]);
    // Not explained by steps 7 and 8, so the verification itself failed.
    if (verified?.refusal) await this.take<unknown>(6, () => verified.refusal);
    return identity;
  }

  /** Runs a step, and notes its refusal. @throws Refusal the same. */
  private async take<T>(step: StepNumber, run: () => Judging<T>): Promise<T> {
    try {
      const verdict = await run();
      if (!(verdict instanceof Refusal)) return verdict;
      throw verdict;
    } catch (error) {
      if (error instanceof Refusal) {
        const outcome = error.code === 'keys_unavailable' ? 'unknown' : 'refused';
        const { token, trusted, nowSeconds } = this;
        const details = detailsOf(error, { token, trusted, nowSeconds, config: this.parts.config });
        this.log.add(step, outcome, details, error.code);
      }
      throw error;
    }
  }

  private readBearer(text: string): string {
    const { config } = this.parts;
    const reader = new BearerCredentialsReader({ ...config, tokenSources: ['header'] });
    const token = reader.read({ headers: { authorization: `Bearer ${text}` } });
    if (token === undefined) throw new Refusal('auth_required', 'no token was given');
    return token;
  }

  private async find({ claims: { iss } }: UnverifiedToken): Promise<TrustedIssuer> {
    const trusted = await this.parts.trustedIssuers.find(iss);
    if (trusted) return trusted;
    throw new Refusal('issuer_untrusted', '"iss" is not a trusted issuer');
  }

  /** `undefined` when keys were not fetched or can't be had: the other steps can still be taken. */
  private async select(
    { token }: UnverifiedToken,
    trusted: TrustedIssuer,
  ): Promise<Selection | undefined> {
    if (!this.parts.fetchKeys && isElsewhere(trusted)) {
      const advice = 'the keys are elsewhere; allow fetching them with --fetch-keys';
      this.log.add(5, 'unknown', [advice]);
      return undefined;
    }
    try {
      const selection = await this.take(5, () => this.parts.authenticator.select(token));
      const { length } = selection.keys;
      this.log.add(5, 'passed', [length === 1 ? 'one key fits' : `${length} keys fit`]);
      return selection;
    } catch (error) {
      if (error instanceof Refusal && error.code === 'keys_unavailable') return undefined;
      throw error;
    }
  }

  /**
   * Steps 6 to 8 as the guard takes them at once. Only what is wrong with the signature refuses the
   * token here; the steps that follow find the rest again, and say where.
   */
  private async verify(
    selection: Selection,
  ): Promise<Verdict<{ readonly refusal: Refusal | undefined }>> {
    const verdict = await this.parts.authenticator.verify(selection);
    const refusal = verdict instanceof Refusal ? verdict : undefined;
    if (refusal?.code === 'signature_invalid') return refusal;
    this.log.add(6, 'passed', [`${selection.unverified.algorithm}, verified`]);
    return { refusal };
  }
}

/** Whether looking for keys means a request to another machine. */
function isElsewhere({ rules: { keys } }: TrustedIssuer): boolean {
  return keys === undefined || 'discovery' in keys || 'jwksUri' in keys;
}
