import { algorithmOfKey } from '../../core/jose/edwards-algorithms.js';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { namesIssuer } from '../../config/tenant-template.js';
import type { VerificationKey } from '../../core/keys/key-source.js';
import type { TrustedIssuer } from '../../core/issuers/trusted-issuer.js';
import type { Introspector } from '../../core/introspection/introspector.js';
import { failuresOf } from '../failure-causes.js';
import {
  examineIntrospection,
  type IntrospectionExamination,
} from './introspection-examination.js';
import { keysFrom, remedyFor } from './remedies.js';

/** What was found of one issuer. */
export interface Examination {
  readonly issuer: string;
  /** The form its keys are configured in: `discovery`, `jwksUri`, `jwks` and so on. */
  readonly keysFrom: string;
  readonly works: boolean;
  /** Names (`kid`) of the usable keys; `null` is a key without one. */
  readonly keyIds: readonly (string | null)[];
  /** Accepted algorithms for which there is a key. */
  readonly algorithms: readonly string[];
  /** Time it took to get the keys, in milliseconds. */
  readonly tookMs: number;
  /** What is wrong, outermost first. */
  readonly faults: readonly string[];
  readonly remedy?: string;
  /** Of an issuer that is asked about tokens: whether it answers. */
  readonly introspection?: IntrospectionExamination;
}

/**
 * Gets the keys of one issuer as the guard would, and looks at what there is. One that is asked about tokens is
 * asked; where it is asked about opaque ones alone, it works without keys.
 */
export async function examine(
  trusted: TrustedIssuer,
  introspector: Introspector | undefined,
): Promise<Examination> {
  const keys = await examineKeys(trusted);
  if (introspector === undefined) return keys;
  const introspection = await examineIntrospection(introspector, trusted);
  const needsKeys = trusted.policy.introspection?.mode === 'always';
  return { ...keys, introspection, works: introspection.works && (keys.works || !needsKeys) };
}

async function examineKeys(trusted: TrustedIssuer): Promise<Examination> {
  const { policy } = trusted;
  const begun = performance.now();
  const head = (): Pick<Examination, 'issuer' | 'keysFrom' | 'tookMs'> => ({
    issuer: policy.issuer,
    keysFrom: keysFrom(policy),
    tookMs: Math.round(performance.now() - begun),
  });
  let found: readonly VerificationKey[];
  try {
    found = await trusted.keys.all();
  } catch (error) {
    const faults = failuresOf(error, trusted);
    const remedy = remedyFor(faults.join('\n'), policy);
    return { ...head(), works: false, keyIds: [], algorithms: [], faults, remedy };
  }
  const verifies = (key: VerificationKey, name: string): boolean =>
    key.algorithms.includes(algorithmOfKey(name, policy.algorithms));
  const accepted = [...policy.algorithms];
  const fitting = found.filter((key) => accepted.some((name) => verifies(key, name)));
  const usable = fitting.filter((key) => isForIssuer(key, policy));
  const keyIds = usable.map(({ keyId }) => keyId ?? null);
  const algorithms = accepted.filter((name) => usable.some((key) => verifies(key, name)));
  // Keys that come one by one are asked for by their names, which tokens alone tell.
  const isUnknown = found.length === 0 && 'publicKeyUri' in (policy.keys ?? {});
  if (usable.length > 0 || isUnknown)
    return { ...head(), works: true, keyIds, algorithms, faults: [] };
  return {
    ...head(),
    ...{ works: false, keyIds, algorithms },
    ...(fitting.length > 0 ? ANOTHERS_KEYS : noFittingKey(policy)),
  };
}

/** Whether a key verifies tokens of this issuer, or of one of its tenants, as far as it says itself. */
function isForIssuer(
  { issuer: bound }: VerificationKey,
  { issuer, tenants, acceptedIssuers }: IssuerPolicy,
): boolean {
  if (bound === undefined) return true;
  if (tenants === 'any') return namesIssuer(issuer, bound);
  const names = tenants === undefined ? [issuer] : acceptedIssuers;
  return names.some((name) => namesIssuer(bound, name));
}

type Findings = Pick<Examination, 'faults' | 'remedy'>;

const ANOTHERS_KEYS: Findings = {
  faults: ['every key names another issuer in its member "issuer"'],
  remedy: 'Is this the key set of another issuer? Put the keys of this one where "keys" says.',
};

function noFittingKey({ algorithms }: IssuerPolicy): Findings {
  return {
    faults: ['there is no key for any of the accepted algorithms'],
    remedy: `Does the issuer sign with one of ${[...algorithms].join(', ')}? Name its algorithm in "algorithms", or put its signing keys where "keys" says.`,
  };
}
