import { AuthModuleDto } from './auth-module.dto.js';
import { ErrorReferenceDto } from './error-reference.dto.js';
import { HttpDto } from './http.dto.js';
import { IdentityMappingDto } from './identity-mapping.dto.js';
import { IssuerResolutionDto } from './issuer-resolution.dto.js';
import { IssuerKeysDto } from './issuer-keys.dto.js';
import { nearestName } from './nearest-name.js';
import { optionNames } from './option-names.js';
import { ResourceMetadataDto } from './resource-metadata.dto.js';
import { TrustedIssuerDto } from './trusted-issuer.dto.js';
import { VerifiedTokenCacheDto } from './verified-token-cache.dto.js';

/** What is given beside the configuration. */
export const EXTRA_NAMES = ['isGlobal', 'guardEveryRoute', 'exceptionFilter'] as const;

/** What {@link unknownOption} says of an option that belongs elsewhere. */
const HOMES: readonly (readonly [names: readonly string[], place: string])[] = [
  [EXTRA_NAMES, 'beside useFactory, not in what it returns'],
  [optionNames(AuthModuleDto), 'in the configuration of the module'],
  [optionNames(ErrorReferenceDto), 'in errorReference'],
  [optionNames(VerifiedTokenCacheDto), 'in verifiedTokenCache'],
  [optionNames(TrustedIssuerDto), 'in an element of issuers'],
  [optionNames(IssuerKeysDto), 'in keys of an issuer'],
  [optionNames(HttpDto), 'in http of an issuer'],
  [optionNames(IdentityMappingDto), 'in identity of an issuer'],
  [optionNames(ResourceMetadataDto), 'in resourceMetadata'],
  [optionNames(IssuerResolutionDto), 'in resolveIssuer'],
];

/** The message for an option nobody knows. Its value is never shown: nobody knows whether it is a secret. */
export function unknownOption(name: string, known: readonly string[]): string {
  const home = HOMES.find(([names]) => names.includes(name));
  if (home !== undefined) return `unknown option here. It belongs ${home[1]}.`;
  const meant = nearestName(name, known) ?? nearestName(name, EXTRA_NAMES);
  if (meant !== undefined) return `unknown option. Did you mean ${meant}?`;
  return `unknown option. Known here: ${known.join(', ')}.`;
}
