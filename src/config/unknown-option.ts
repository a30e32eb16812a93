import { nearestName } from './nearest-name.js';
import { optionNames, type SchemaClass } from './option.js';
import * as issuer from './issuer-schema.js';
import * as module from './module-schema.js';

/** What is given beside the configuration. */
export const EXTRA_NAMES = ['isGlobal', 'guardEveryRoute', 'exceptionFilter'] as const;

/** What {@link unknownOption} says about an option that belongs elsewhere. */
const HOMES: readonly (readonly [options: SchemaClass, place: string])[] = [
  [module.AuthModuleSchema, 'in the configuration of the module'],
  [module.ErrorReferenceSchema, 'in errorReference'],
  [module.VerifiedTokenCacheSchema, 'in verifiedTokenCache'],
  [module.MtlsSchema, 'in mtls'],
  [issuer.TrustedIssuerSchema, 'in an element of issuers'],
  [issuer.IssuerKeysSchema, 'in keys of an issuer'],
  [issuer.HttpSchema, 'in http of an issuer'],
  [issuer.IntrospectionSchema, 'in introspection of an issuer'],
  [issuer.IdentityMappingSchema, 'in identity of an issuer'],
  [module.ResourceMetadataSchema, 'in resourceMetadata'],
  [module.DpopSchema, 'in dpop'],
  [module.DpopNonceSchema, 'in nonce of dpop'],
  [module.IssuerResolutionSchema, 'in resolveIssuer'],
  [module.SharedSignalsSchema, 'in sharedSignals'],
  [module.TransmitterSchema, 'in an element of transmitters'],
];

/** What options of passport-jwt, @nestjs/jwt and @nestjs/passport are called here. */
const OF_PASSPORT: Readonly<Record<string, string>> = {
  secretOrKey: 'keys: { secret } or keys: { publicKey } of an issuer',
  secretOrKeyProvider:
    'keys: { jwksUri } of an issuer, or its issuer alone, whose keys are discovered',
  secretOrPrivateKey: 'keys: { secret } of an issuer',
  jwtFromRequest: 'tokenSources',
  ignoreExpiration: 'nothing: "exp" is always checked, within clockToleranceSeconds of an issuer',
  passReqToCallback:
    'nothing: isRevoked is given the identity, and a guard behind JwtAuthGuard has the request',
  jsonWebTokenOptions:
    'the options of an issuer, such as clockToleranceSeconds and maxTokenAgeSeconds',
  clockTolerance: 'clockToleranceSeconds of an issuer',
  maxAge: 'maxTokenAgeSeconds of an issuer',
  verifyOptions: 'the options of an issuer',
  signOptions: 'nothing: this module makes no tokens',
  privateKey: 'nothing: this module makes no tokens',
  global: 'isGlobal',
  defaultStrategy: 'nothing: there is one strategy',
  session: 'nothing: there are no sessions',
};

/** The message for an unknown option. Its value is never shown, because it may be a secret. */
export function unknownOption(name: string, known: readonly string[]): string {
  const home = EXTRA_NAMES.some((extra) => extra === name)
    ? 'beside useFactory, not in what it returns'
    : HOMES.find(([options]) => optionNames(options).includes(name))?.[1];
  if (home !== undefined) return `unknown option here. It belongs ${home}.`;
  const meant = nearestName(name, known) ?? nearestName(name, EXTRA_NAMES);
  if (meant !== undefined) return `unknown option. Did you mean ${meant}?`;
  if (Object.hasOwn(OF_PASSPORT, name))
    return `an option of passport-jwt or its modules. Here it is ${OF_PASSPORT[name]}.`;
  const isModule = known.includes('issuers');
  const beside = isModule ? `; beside them: ${EXTRA_NAMES.join(', ')}` : '';
  return `unknown option. Known here: ${known.join(', ')}${beside}.`;
}
