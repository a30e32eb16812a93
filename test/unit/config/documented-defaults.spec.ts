import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { DEFAULTS } from '../../../src/config/defaults.js';
import { ASYMMETRIC_ALGORITHMS } from '../../../src/core/jose/algorithm-names.js';
import { canonicalTokenType } from '../../../src/core/jose/token-type.js';

const CONFIG = new URL('../../../src/config/', import.meta.url);

/** What the TSDoc of each option says behind the word "Default". */
function statedIn(file: string): Readonly<Record<string, string>> {
  const source = readFileSync(new URL(file, CONFIG), 'utf8');
  const options = source.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)\??:/g);
  const stated = [...options].flatMap(([, comment = '', option = '']) => {
    const text = comment.replaceAll(/\s*\n\s*\*\s*/g, ' ');
    const found = /\bDefault:? (.*?)(?:\.(?:\s|$)|: such)/.exec(text)?.[1];
    return found === undefined ? [] : [[option, found.replace(/ \(RFC [^)]*\)$/, '')]];
  });
  return Object.fromEntries(stated) as Record<string, string>;
}

const code = (value: unknown): string => `\`${String(value)}\``;
const quoted = (value: string): string => code(`'${value}'`);
const listed = (names: readonly string[]): string => names.map(code).join(', ');

it('the options of the module state the defaults that are applied', () => {
  expect(statedIn('auth-module-config.ts')).toEqual({
    audit: quoted(DEFAULTS.audit),
    realm: code(DEFAULTS.realm),
    disclosure: quoted(DEFAULTS.disclosure),
    authenticateHint: quoted(DEFAULTS.authenticateHint),
    path: code(DEFAULTS.errorReference.path),
    url: "the path with the application's global prefix",
    problemDetails: `${code(DEFAULTS.problemDetails)}: every client gets the documented body`,
    maxTokenBytes: String(DEFAULTS.maxTokenBytes),
    maxEntries: String(DEFAULTS.verifiedTokenCache.maxEntries),
    maxAgeSeconds: String(DEFAULTS.verifiedTokenCache.maxAgeSeconds),
    signatureVerifier: quoted(DEFAULTS.signatureVerifier),
    verifiedTokenCache: 'on, with the defaults of {@link VerifiedTokenCacheConfig}',
    closeOnExpiry: code(DEFAULTS.closeOnExpiry),
    warmUp: code(DEFAULTS.warmUp),
    tokenSources: code(`[${DEFAULTS.tokenSources.map((source) => `'${source}'`).join(', ')}]`),
  });
});

it('the options of revocation do', () => {
  const { maxStaleSeconds, whenStale, maxTokenLifetimeSeconds } = DEFAULTS.revocation;
  expect(statedIn('revocation-config.ts')).toEqual({
    maxStaleSeconds: String(maxStaleSeconds),
    whenStale: quoted(whenStale),
    maxTokenLifetimeSeconds: `${maxTokenLifetimeSeconds}, 30 days`,
  });
});

it('the options of DPoP do', () => {
  const { mode, maxAgeSeconds, maxFutureSeconds, replay } = DEFAULTS.dpop;
  expect(statedIn('dpop-config.ts')).toEqual({
    mode: quoted(mode),
    origin: 'that of `resourceMetadata.resource`',
    algorithms: 'all that this Node.js can verify',
    ttlSeconds: String(DEFAULTS.dpopNonce.ttlSeconds),
    maxAgeSeconds: String(maxAgeSeconds),
    maxFutureSeconds: String(maxFutureSeconds),
    replay: quoted(replay),
  });
});

it('the options of resolving issuers do', () => {
  const { maxEntries, maxAgeSeconds, missMaxAgeSeconds, timeoutMs } = DEFAULTS.resolveIssuer;
  expect(statedIn('issuer-resolution-config.ts')).toEqual({
    maxEntries: String(maxEntries),
    maxAgeSeconds: String(maxAgeSeconds),
    missMaxAgeSeconds: String(missMaxAgeSeconds),
    timeoutMs: String(timeoutMs),
  });
});

it('the options of introspection do', () => {
  const { mode, maxAgeSeconds, maxConcurrent, signedAnswers } = DEFAULTS.introspection;
  expect(statedIn('introspection-config.ts')).toEqual({
    assertionAlgorithm: '`RS256` for an RSA key, the algorithm of its curve for any other',
    assertionAudience: 'the issuer',
    authentication: 'by what is given: `client_secret_basic`, `private_key_jwt` or `bearer`',
    mode: quoted(mode),
    maxAgeSeconds: `${maxAgeSeconds}: every request asks`,
    maxConcurrent: String(maxConcurrent),
    signedAnswers: quoted(signedAnswers),
  });
});

it('the options of an issuer do', () => {
  const { tokenTypes, ...stated } = statedIn('trusted-issuer-config.ts');
  expect(stated).toEqual({
    issuerAliases: 'none',
    algorithms:
      'every asymmetric one, or, with `keys.secret`, none: `HS256`, `HS384` or `HS512` must then be named here',
    allowPadding: code(DEFAULTS.allowPadding),
    clockToleranceSeconds: String(DEFAULTS.clockToleranceSeconds),
    subject: listed(DEFAULTS.identity.subject),
    clientId: listed(DEFAULTS.identity.clientId),
    scopes: listed(DEFAULTS.identity.scopes),
    roles: listed(DEFAULTS.identity.roles),
    tenant: listed(DEFAULTS.identity.tenant),
  });
  expect(DEFAULTS.algorithms).toBe(ASYMMETRIC_ALGORITHMS);
  const types = [...(tokenTypes ?? '').matchAll(/`([^`]+)`/g)].map(([, type = '']) =>
    type === 'null' ? null : canonicalTokenType(type),
  );
  expect(types).toEqual(DEFAULTS.tokenTypes);
});

it('the options of fetching do', () => {
  expect(statedIn('http-config.ts')).toEqual({
    timeoutMs: String(DEFAULTS.http.timeoutMs),
    headers: 'none beside `Accept`, `Accept-Encoding` and `User-Agent`',
    fetch: 'a client on `node:http` and `node:https` with that guard',
    maxBytes: `${DEFAULTS.http.maxBytes} (${DEFAULTS.http.maxBytes / 1024} KiB)`,
    allowInsecure: code(DEFAULTS.http.allowInsecure),
  });
});
