import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { DEFAULTS } from '../../../src/config/defaults.js';
import { ASYMMETRIC_ALGORITHMS } from '../../../src/core/jose/algorithm-names.js';
import { canonicalTokenType } from '../../../src/core/jose/token-type.js';

const SRC = new URL('../../../src/', import.meta.url);

/** The `@default` of each option that has one, of all interfaces in a file or of those named. */
function statedIn(file: string, ...names: readonly string[]): Readonly<Record<string, string>> {
  const text = readFileSync(new URL(file, SRC), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const options = source.statements
    .filter(ts.isInterfaceDeclaration)
    .filter((one) => names.length === 0 || names.includes(one.name.text))
    .flatMap((one) => one.members);
  const stated = options.flatMap((option) =>
    ts
      .getJSDocTags(option)
      .filter(({ tagName }) => tagName.text === 'default')
      .map(({ comment }) => [option.name?.getText(), ts.getTextOfJSDocComment(comment)]),
  );
  return Object.fromEntries(stated) as Record<string, string>;
}

const code = (value: unknown): string => `\`${String(value)}\``;
const quoted = (value: string): string => code(`'${value}'`);
const listed = (names: readonly string[]): string => names.map(code).join(', ');

it('the options of the module state the defaults that are applied', () => {
  expect(statedIn('config/auth-module-config.ts', 'AuthModuleConfig')).toEqual({
    audit: quoted(DEFAULTS.audit),
    realm: quoted(DEFAULTS.realm),
    disclosure: quoted(DEFAULTS.disclosure),
    authenticateHint: quoted(DEFAULTS.authenticateHint),
    problemDetails: code(DEFAULTS.problemDetails),
    maxTokenBytes: String(DEFAULTS.maxTokenBytes),
    signatureVerifier: quoted(DEFAULTS.signatureVerifier),
    verifiedTokenCache: 'on, with the defaults of {@link VerifiedTokenCacheConfig}',
    closeOnExpiry: code(DEFAULTS.closeOnExpiry),
    warmUp: code(DEFAULTS.warmUp),
    tokenSources: code(`[${DEFAULTS.tokenSources.map((source) => `'${source}'`).join(', ')}]`),
  });
});

it('the options of the error reference do', () => {
  expect(statedIn('config/served-documents-config.ts')).toEqual({
    path: code(DEFAULTS.errorReference.path),
    url: "the path with the application's global prefix",
  });
});

it('the options of the cache of verified tokens do', () => {
  expect(statedIn('config/auth-module-config.ts', 'VerifiedTokenCacheConfig')).toEqual({
    maxEntries: String(DEFAULTS.verifiedTokenCache.maxEntries),
    maxAgeSeconds: String(DEFAULTS.verifiedTokenCache.maxAgeSeconds),
  });
});

it('the options of revocation do', () => {
  const { maxStaleSeconds, whenStale, maxTokenLifetimeSeconds } = DEFAULTS.revocation;
  expect(statedIn('config/revocation-config.ts', 'RevocationConfig')).toEqual({
    maxStaleSeconds: String(maxStaleSeconds),
    whenStale: quoted(whenStale),
    maxTokenLifetimeSeconds: `${maxTokenLifetimeSeconds} (${maxTokenLifetimeSeconds / 86_400} days)`,
  });
});

it('the options of DPoP do', () => {
  const { mode, maxAgeSeconds, maxFutureSeconds, replay } = DEFAULTS.dpop;
  expect(statedIn('config/binding-config.ts', 'DpopConfig', 'DpopNonceConfig')).toEqual({
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
  expect(statedIn('config/issuer-resolution-config.ts')).toEqual({
    maxEntries: String(maxEntries),
    maxAgeSeconds: String(maxAgeSeconds),
    missMaxAgeSeconds: String(missMaxAgeSeconds),
    timeoutMs: String(timeoutMs),
  });
});

it('the options of introspection do', () => {
  const { mode, maxAgeSeconds, maxConcurrent, signedAnswers } = DEFAULTS.introspection;
  expect(statedIn('config/introspection-config.ts')).toEqual({
    assertionAlgorithm: '`RS256` for an RSA key, the algorithm of its curve for any other',
    assertionAudience: 'the issuer',
    authentication: 'by what is given: `client_secret_basic`, `private_key_jwt` or `bearer`',
    mode: quoted(mode),
    maxAgeSeconds: String(maxAgeSeconds),
    maxConcurrent: String(maxConcurrent),
    signedAnswers: quoted(signedAnswers),
  });
});

it('the options of an issuer do', () => {
  const { tokenTypes, ...stated } = statedIn('config/trusted-issuer-config.ts');
  expect(stated).toEqual({
    algorithms: 'every asymmetric one',
    allowPadding: code(DEFAULTS.allowPadding),
    clockToleranceSeconds: String(DEFAULTS.clockToleranceSeconds),
  });
  expect(DEFAULTS.algorithms).toBe(ASYMMETRIC_ALGORITHMS);
  const types = [...(tokenTypes ?? '').matchAll(/`([^`]+)`/g)].map(([, type = '']) =>
    type === 'null' ? null : canonicalTokenType(type),
  );
  expect(types).toEqual(DEFAULTS.tokenTypes);
});

it('the options of an identity do', () => {
  expect(statedIn('config/identity-mapping-config.ts')).toEqual({
    subject: listed(DEFAULTS.identity.subject),
    clientId: listed(DEFAULTS.identity.clientId),
    scopes: listed(DEFAULTS.identity.scopes),
    roles: listed(DEFAULTS.identity.roles),
    tenant: listed(DEFAULTS.identity.tenant),
  });
});

it('the options of fetching do', () => {
  expect(statedIn('config/http-config.ts')).toEqual({
    timeoutMs: String(DEFAULTS.http.timeoutMs),
    headers: 'none beside `Accept`, `Accept-Encoding` and `User-Agent`',
    fetch: 'a client on `node:http` and `node:https` that checks addresses',
    maxBytes: `${DEFAULTS.http.maxBytes} (${DEFAULTS.http.maxBytes / 1024} KiB)`,
    allowInsecure: code(DEFAULTS.http.allowInsecure),
  });
});

it('the options of logout and of events do', () => {
  expect(statedIn('config/revocation-config.ts', 'BackChannelLogoutConfig')).toEqual({
    path: code(DEFAULTS.backChannelLogout.path),
  });
  expect(statedIn('config/revocation-config.ts', 'SharedSignalsConfig')).toEqual({
    path: code(DEFAULTS.sharedSignals.path),
  });
});

it('the options of certificates do', () => {
  expect(statedIn('config/binding-config.ts', 'MtlsConfig')).toEqual({
    mode: quoted(DEFAULTS.mtls.mode),
  });
});

it('the options beside the configuration do', () => {
  expect(statedIn('auth.module-definition.ts')).toEqual({
    isGlobal: code(true),
    guardEveryRoute: code(false),
    exceptionFilter: code(true),
  });
});

it('no option states its default in a sentence', () => {
  for (const file of readdirSync(new URL('config/', SRC)).filter((name) =>
    name.endsWith('-config.ts'),
  ))
    expect([file, readFileSync(new URL(`config/${file}`, SRC), 'utf8')]).toEqual([
      file,
      expect.not.stringMatching(/\bDefault\b/),
    ]);
});
