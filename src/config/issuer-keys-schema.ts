import type { IssuerKeyForms } from './issuer-keys-config.js';
import { Option, type Options, Schema } from './option.js';
import * as relations from './relations.js';
import * as addresses from './rules/addresses.js';
import * as keys from './rules/keys.js';
import * as secrets from './rules/secrets.js';

/** The rules of {@link IssuerKeyForms}. */
export class IssuerKeysSchema extends Schema implements Options<IssuerKeyForms> {
  @Option(addresses.address, relations.keysSecure) readonly discovery: unknown;
  @Option(addresses.addresses, relations.keysSecure) readonly jwksUri: unknown;
  @Option(keys.jwkSet) readonly jwks: unknown;
  @Option(keys.publicKeys) readonly publicKey: unknown;
  @Option(secrets.sharedSecret, relations.secretFits) readonly secret: unknown;
  @Option(keys.jwksFile) readonly jwksFile: unknown;
  @Option(addresses.addressByKeyId, relations.keysSecure) readonly publicKeyUri: unknown;
}
