import { checkOptions } from './checked-options.js';
import { IntrospectedTokens } from './introspected-tokens.js';
import { KeyRing } from './key-ring.js';
import { IssuerEndpoints } from './test-issuer-endpoints.js';
import {
  TEST_INTROSPECTION_RULES,
  TEST_ISSUER_RULES,
  type TestIssuerOptions,
} from './test-issuer-options.js';
import { Responder } from './test-issuer-responder.js';
import { TestIssuerServer } from './test-issuer-server.js';
import { TestIssuer, type TestIssuerParts } from './test-issuer.js';

/** Origin of an issuer that neither listens nor is given a name. */
const DEFAULT_ORIGIN = 'https://login.example.com';

/**
 * Generates a key and, unless `listen` is `false`, opens a server that publishes it. Close the issuer when the
 * test is over.
 *
 * @example
 * ```ts
 * const issuer = await createTestIssuer({ audience: 'notes-api' });
 * const headers = { authorization: `Bearer ${issuer.token({ scopes: ['notes:read'] })}` };
 * const refused = { authorization: `Bearer ${issuer.expiredToken()}` };
 * await issuer.close();
 * ```
 *
 * @throws TypeError when an option is unknown or of a wrong type, when options contradict each other, or when
 * the algorithm is unknown.
 * @throws Error when this Node.js lacks the algorithm (`ML-DSA-*` on older ones).
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  checkOptions('a test issuer', options, TEST_ISSUER_RULES);
  const { algorithm = 'ES256', listen = true, introspection } = options;
  if (typeof introspection === 'object')
    checkOptions('introspection', introspection, TEST_INTROSPECTION_RULES);
  refuseContradictions(options, listen);
  // Before the server opens, so that a failure leaves nothing to close.
  const keys = await KeyRing.generate(algorithm);
  const server = listen ? await TestIssuerServer.listen() : undefined;
  const issuer = options.issuer ?? (server?.origin ?? DEFAULT_ORIGIN) + (options.path ?? '');
  const { testIssuer, responder } = assembleTestIssuer({ issuer, options, keys, server });
  server?.serve(responder);
  return testIssuer;
}

/** Puts an issuer together from its keys and its server, to which nothing is attached yet. */
export function assembleTestIssuer(
  parts: Pick<TestIssuerParts, 'issuer' | 'options' | 'keys' | 'server'>,
): { readonly testIssuer: TestIssuer; readonly responder: Responder } {
  const { issuer, options, keys } = parts;
  const introspected = introspectedTokensOf(parts);
  const endpoints = new IssuerEndpoints({
    issuer,
    introspected,
    algorithm: keys.current.algorithm,
    discovery: options.discovery ?? 'both',
    jwks: () => keys.jwks,
  });
  const responder = new Responder(endpoints);
  const testIssuer = new TestIssuer({ ...parts, introspected, endpoints, responder });
  return { testIssuer, responder };
}

function introspectedTokensOf({
  issuer,
  options,
  keys,
}: Pick<TestIssuerParts, 'issuer' | 'options' | 'keys'>): IntrospectedTokens | undefined {
  const { introspection = false, now = Date.now } = options;
  if (introspection === false) return undefined;
  return new IntrospectedTokens({
    issuer,
    options: introspection === true ? {} : introspection,
    nowSeconds: () => Math.floor(now() / 1_000),
    key: () => keys.current,
  });
}

function refuseContradictions({ issuer, path }: TestIssuerOptions, listen: boolean): void {
  if (issuer !== undefined && listen) {
    throw new TypeError('issuer needs listen: false; a listening issuer is named by its address');
  }
  if (issuer !== undefined && path !== undefined) {
    throw new TypeError('path cannot be joined to issuer; write it into issuer');
  }
  if (issuer !== undefined && !URL.canParse(issuer)) {
    throw new TypeError(`issuer must be an absolute URL, not ${JSON.stringify(issuer)}`);
  }
  if (path !== undefined && !path.startsWith('/')) {
    throw new TypeError(`path must begin with "/", not ${JSON.stringify(path)}`);
  }
}
