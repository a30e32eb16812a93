import { constants, type KeyObject, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { IssuerPolicy, ResolvedIntrospection } from '../../config/resolved-issuer.js';
import { privateKeyOf, signableBy } from '../../config/rules/introspection.js';
import { INTROSPECTION_LIMITS } from './introspection-limits.js';

/** On a thread of the pool, as an RSA signature takes a millisecond. */
const signOnThread = promisify(sign);

/** Signs assertions by which this API authenticates itself (RFC 7523 sections 2.2 and 3). */
export class ClientAssertions {
  private readonly key: KeyObject;
  private readonly algorithm: string;
  private readonly keyId: string | undefined;

  constructor(
    private readonly policy: IssuerPolicy,
    private readonly options: ResolvedIntrospection,
  ) {
    const { privateKey, privateKeyId, assertionAlgorithm } = options;
    const key = privateKey === undefined ? undefined : privateKeyOf(privateKey);
    // The configuration was validated: that there is one is known.
    if (key === undefined) throw new TypeError('private_key_jwt without a private key');
    this.key = key;
    this.algorithm = assertionAlgorithm ?? signableBy(key)[0] ?? 'RS256';
    this.keyId = privateKeyId ?? keyIdIn(privateKey);
  }

  /** A new one for each call: a server may take each only once. */
  async assertion(nowSeconds: number): Promise<string> {
    const { clientId } = this.options;
    const issuedAt = Math.floor(nowSeconds);
    const header = { alg: this.algorithm, typ: 'JWT', kid: this.keyId };
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: this.options.assertionAudience ?? this.policy.issuer,
      jti: randomUUID(),
      iat: issuedAt,
      exp: issuedAt + INTROSPECTION_LIMITS.assertionSeconds,
    };
    const input = `${segment(header)}.${segment(claims)}`;
    const signature = await signOnThread(hashOf(this.algorithm), Buffer.from(input), {
      key: this.key,
      ...signingOptions(this.algorithm),
    });
    return `${input}.${signature.toString('base64url')}`;
  }
}

/** RFC 7518 sections 3.3 to 3.5. Edwards curves have their hash in themselves. */
function hashOf(algorithm: string): string | null {
  return /^(?:RS|PS|ES)/.test(algorithm) ? `sha${algorithm.slice(2)}` : null;
}

function signingOptions(algorithm: string): object {
  if (algorithm.startsWith('ES')) return { dsaEncoding: 'ieee-p1363' };
  return algorithm.startsWith('PS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
}

function keyIdIn(privateKey: ResolvedIntrospection['privateKey']): string | undefined {
  if (typeof privateKey !== 'object' || !('kid' in privateKey)) return undefined;
  return typeof privateKey.kid === 'string' ? privateKey.kid : undefined;
}

function segment(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
