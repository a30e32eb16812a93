import { nearestName } from './nearest-name.js';
import { optionNames, type SchemaClass } from './option.js';
import * as schema from './schema.js';

/** What is given beside the configuration. */
export const EXTRA_NAMES = ['isGlobal', 'guardEveryRoute', 'exceptionFilter'] as const;

/** What {@link unknownOption} says of an option that belongs elsewhere. */
const HOMES: readonly (readonly [options: SchemaClass, place: string])[] = [
  [schema.AuthModuleSchema, 'in the configuration of the module'],
  [schema.ErrorReferenceSchema, 'in errorReference'],
  [schema.VerifiedTokenCacheSchema, 'in verifiedTokenCache'],
  [schema.TrustedIssuerSchema, 'in an element of issuers'],
  [schema.IssuerKeysSchema, 'in keys of an issuer'],
  [schema.HttpSchema, 'in http of an issuer'],
  [schema.IdentityMappingSchema, 'in identity of an issuer'],
  [schema.ResourceMetadataSchema, 'in resourceMetadata'],
  [schema.IssuerResolutionSchema, 'in resolveIssuer'],
];

/** The message for an option nobody knows. Its value is never shown: nobody knows whether it is a secret. */
export function unknownOption(name: string, known: readonly string[]): string {
  const home = EXTRA_NAMES.some((extra) => extra === name)
    ? 'beside useFactory, not in what it returns'
    : HOMES.find(([options]) => optionNames(options).includes(name))?.[1];
  if (home !== undefined) return `unknown option here. It belongs ${home}.`;
  const meant = nearestName(name, known) ?? nearestName(name, EXTRA_NAMES);
  if (meant !== undefined) return `unknown option. Did you mean ${meant}?`;
  return `unknown option. Known here: ${known.join(', ')}.`;
}
