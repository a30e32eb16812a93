import { ObeysIfGiven } from './configuration-rule.js';
import {
  type AddressPolicy,
  addressFindings,
  addressListFindings,
} from './rules/issuer-url.rules.js';
import { jwkSetFindings, jwkSetAlgorithms } from './rules/jwk-set.rules.js';
import { jwksFileFindings } from './rules/jwks-file.rules.js';
import { publicKeyAlgorithms, publicKeyFindings } from './rules/public-key.rules.js';
import { secretFindings } from './rules/secret.rules.js';
import type { IssuerKeyForms } from './trusted-issuer-config.js';
import { OptionsDto } from './options.dto.js';

/** The names of the forms of {@link IssuerKeyForms}. */
export type KeyForm = keyof IssuerKeyForms;

/** What the rules of keys depend on. */
export interface KeysPolicy extends AddressPolicy {
  /** The algorithms the issuer names; `undefined` when it names none. */
  readonly algorithms: readonly string[] | undefined;
}

/** The rules of {@link IssuerKeyForms}; that exactly one form is given is a rule of the issuer. */
export class IssuerKeysDto extends OptionsDto implements Record<KeyForm, unknown> {
  constructor(readonly policy: KeysPolicy) {
    super();
  }

  @ObeysIfGiven<IssuerKeysDto>((value, dto) => addressFindings(value, dto.policy))
  readonly discovery: unknown;

  @ObeysIfGiven<IssuerKeysDto>((value, dto) => addressListFindings(value, dto.policy))
  readonly jwksUri: unknown;

  @ObeysIfGiven(jwkSetFindings)
  readonly jwks: unknown;

  @ObeysIfGiven(publicKeyFindings)
  readonly publicKey: unknown;

  @ObeysIfGiven<IssuerKeysDto>((value, dto) => secretFindings(value, dto.policy.algorithms ?? []))
  readonly secret: unknown;

  @ObeysIfGiven(jwksFileFindings)
  readonly jwksFile: unknown;

  /** The algorithms the public keys in the configuration can verify; `undefined` when none stand there. */
  get staticAlgorithms(): ReadonlySet<string> | undefined {
    if (this.publicKey !== undefined) return publicKeyAlgorithms(this.publicKey);
    return this.jwks === undefined ? undefined : jwkSetAlgorithms(this.jwks);
  }
}
