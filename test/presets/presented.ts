import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import type { Identity, TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import { inMemory } from '../support/in-memory.js';
import { startVerifier } from '../support/verifier.js';

/** A provider as its documentation has it: where its documents are, and what its tokens say. */
export interface Provider {
  readonly preset: TrustedIssuerConfig;
  /** Metadata documents by address, each with the `issuer` it names and where it says the keys are. */
  readonly metadata?: Readonly<Record<string, { issuer: string; jwks_uri: string }>>;
  readonly jwksUri: string;
  /** Members that the provider adds to each key it publishes. */
  readonly keyMembers?: object;
  readonly header?: object;
  /** What it signs with. Default RS256. */
  readonly algorithm?: 'RS256' | 'ES256';
  readonly claims: Readonly<Record<string, unknown>>;
  readonly identity: Partial<Identity>;
  /** Other tokens of the same provider, as changes of claims, and what they are refused with. */
  readonly nearMisses: Readonly<Record<string, readonly [changes: object, code: string]>>;
  /** The same as {@link nearMisses} for tokens that are to be let in. */
  readonly alsoAccepted?: Readonly<Record<string, object>>;
}

/** What came of presenting tokens to an application that trusts one provider by its preset. */
export interface Presented {
  readonly identity: Identity;
  /** Outcome by name of each near miss and each further token. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** Every address that was fetched, once each. */
  readonly fetched: readonly string[];
}

/** Sign for every provider: RSA keys, which most use, are slow to make. */
const SIGNERS = {
  RS256: createTestIssuer({ listen: false, algorithm: 'RS256' }),
  ES256: createTestIssuer({ listen: false, algorithm: 'ES256' }),
};

/** Presents a provider's tokens, really signed, to the whole path of a token. */
export async function present(provider: Provider): Promise<Presented> {
  const issuer = await SIGNERS[provider.algorithm ?? 'RS256'];
  const keys = issuer.jwks.keys.map((key) => ({ ...key, ...provider.keyMembers }));
  const { fetch, requests } = inMemory({ ...provider.metadata, [provider.jwksUri]: { keys } });
  const { verify, outcome } = await startVerifier({
    issuers: [{ ...provider.preset, http: { fetch } }],
  });
  const identity = await verify(signed(issuer, provider));
  const tokens = {
    ...Object.fromEntries(
      Object.entries(provider.nearMisses).map(([name, [changes]]) => [name, changes]),
    ),
    ...provider.alsoAccepted,
  };
  const outcomes: Record<string, string> = {};
  for (const [name, changes] of Object.entries(tokens))
    outcomes[name] = await outcome(signed(issuer, provider, changes));
  return { identity, outcomes, fetched: [...new Set(requests)] };
}

function signed(
  issuer: TestIssuer,
  { header, claims, algorithm: alg = 'RS256' }: Provider,
  changes: object = {},
): string {
  const now = Math.floor(Date.now() / 1_000);
  return issuer.sign(
    { alg, typ: 'JWT', kid: issuer.kid, ...header },
    { iat: now, exp: now + 300, ...claims, ...changes },
  );
}
