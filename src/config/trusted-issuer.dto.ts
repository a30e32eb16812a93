import {
  attempt,
  finding,
  HasOptions,
  Obeys,
  ObeysIfGiven,
  type Rule,
} from './configuration-rule.js';
import { HttpDto } from './http.dto.js';
import { IssuerKeysDto } from './issuer-keys.dto.js';
import { algorithmFindings, type AlgorithmPolicy } from './rules/algorithm.rules.js';
import {
  allowedPlaceholderFindings,
  type AudiencePolicy,
  issuerAudienceFindings,
} from './rules/audience.rules.js';
import {
  issuerAliasFindings,
  issuerFindings,
  type IssuerPolicy,
} from './rules/issuer-url.rules.js';
import { keyFormFindings } from './rules/key-form.rules.js';
import { requiredClaimsFindings, requiredClaimsNarrow } from './rules/required-claims.rules.js';
import { numberAboveZero, numberWithin } from './rules/scalar.rules.js';
import { tenantsFindings } from './rules/tenant.rules.js';
import { comparedStringFault, comparedStrings } from './rules/text.rules.js';
import { tokenTypesFindings } from './rules/token-type.rules.js';
import type { TrustedIssuerConfig } from './trusted-issuer-config.js';
import { OptionsDto } from './options.dto.js';

const CLIENT_IDS = {
  noList: 'List client identifiers, like ["mobile-app"].',
  empty: 'No client would be accepted: name one, or leave the option out.',
};

const issuerName: Rule = function* (value) {
  const fault = comparedStringFault(value);
  if (fault !== undefined) yield finding(fault);
};

/** What an issuer's rules must know of everything around it. */
export interface IssuerSurroundings {
  readonly hasModuleAudience: boolean;
  /** Where an issuer string already stands, unless that is at `path` of this very issuer. */
  usedAt(issuer: string, path: string): string | undefined;
}

/** The rules of {@link TrustedIssuerConfig}. */
export class TrustedIssuerDto
  extends OptionsDto
  implements Record<keyof TrustedIssuerConfig, unknown>
{
  constructor(readonly surroundings: IssuerSurroundings) {
    super();
  }

  @Obeys<TrustedIssuerDto>((value, dto) => issuerFindings(value, dto.issuerPolicy))
  readonly issuer: unknown;

  @ObeysIfGiven<TrustedIssuerDto>((value, dto) => issuerAliasFindings(value, dto.issuerPolicy))
  readonly issuerAliases: unknown;

  @ObeysIfGiven<TrustedIssuerDto>((value, { issuer, surroundings }) =>
    tenantsFindings(value, issuer, (tenantIssuer, path) => surroundings.usedAt(tenantIssuer, path)),
  )
  readonly tenants: unknown;

  @Obeys<TrustedIssuerDto>((value, dto) => issuerAudienceFindings(value, dto.audiencePolicy))
  readonly audience: unknown;

  @ObeysIfGiven<TrustedIssuerDto>((value, { audience }) =>
    allowedPlaceholderFindings(value, audience),
  )
  readonly allowPlaceholderAudience: unknown;

  @HasOptions(keyFormFindings)
  readonly keys: unknown;

  @Obeys<TrustedIssuerDto>((value, dto) => algorithmFindings(value, dto.algorithmPolicy))
  readonly algorithms: unknown;

  @ObeysIfGiven(tokenTypesFindings)
  readonly tokenTypes: unknown;

  @ObeysIfGiven((value) => comparedStrings(value, CLIENT_IDS))
  readonly clientIds: unknown;

  @ObeysIfGiven(requiredClaimsFindings)
  readonly requiredClaims: unknown;

  @ObeysIfGiven(numberWithin(0, 300, 'Give the tolerance in seconds.'))
  readonly clockToleranceSeconds: unknown;

  @ObeysIfGiven(numberAboveZero('Give the greatest age in seconds, or leave the option out.'))
  readonly maxTokenAgeSeconds: unknown;

  @HasOptions()
  readonly identity: unknown;

  @HasOptions()
  readonly mayGrant: unknown;

  @ObeysIfGiven(issuerName)
  readonly name: unknown;

  @HasOptions()
  readonly http: unknown;

  /** What the rules of `issuer` and `issuerAliases` depend on. */
  get issuerPolicy(): IssuerPolicy {
    return {
      allowInsecure: this.http instanceof HttpDto && this.http.allowInsecure === true,
      isDiscovered: this.keys === undefined,
      tenants: this.tenants,
      usedAt: (issuer, path) => this.surroundings.usedAt(issuer, path),
    };
  }

  /** What the rule of `audience` depends on. */
  get audiencePolicy(): AudiencePolicy {
    const claimsNarrow =
      attempt(() => requiredClaimsNarrow(this.requiredClaims, this.issuer)) ?? true;
    return {
      hasModuleAudience: this.surroundings.hasModuleAudience,
      isNarrowedOtherwise: this.clientIds !== undefined || claimsNarrow,
      allowed: this.allowPlaceholderAudience,
    };
  }

  /** What the rule of `algorithms` depends on. */
  get algorithmPolicy(): AlgorithmPolicy {
    const keys = this.keys instanceof IssuerKeysDto ? this.keys : undefined;
    return {
      hasSecret: keys?.secret !== undefined,
      staticAlgorithms: attempt(() => keys?.staticAlgorithms),
    };
  }
}
