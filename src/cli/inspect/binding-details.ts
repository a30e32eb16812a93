import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { boundTokenFault, unboundFault } from '../../core/dpop/binding-fault.js';
import { thumbprintFault } from '../../core/mtls/certificate-possession.js';
import type { Refusal } from '../../core/refusals/refusal.js';
import { shown } from './shown.js';

type Modes = Pick<IssuerPolicy, 'dpop' | 'mtls'>;

/** What a token is refused for whatever a request shows, by the modes of its issuer. */
export function bindingRefusal(cnf: unknown, { dpop, mtls }: Modes): Refusal | undefined {
  return thumbprintFault(memberOf(cnf, 'x5t#S256'), mtls) ?? keyRefusal(memberOf(cnf, 'jkt'), dpop);
}

/** What a token is bound to, and what a request has to show. */
export function bindingDetails(
  cnf: unknown,
  { dpop, mtls }: Modes,
  { dpop: proofs }: Pick<ResolvedAuthConfig, 'dpop'>,
): readonly string[] {
  if (cnf === undefined) return ['the token is not bound to a key or a certificate'];
  const thumbprint = memberOf(cnf, 'x5t#S256');
  const key = memberOf(cnf, 'jkt');
  const certificateLine = `a certificate: "x5t#S256" is ${shown(thumbprint)}; mtls is "${mtls}". No certificate was shown.`;
  const keyLine = `a key: "jkt" is ${shown(key)}; dpop is "${dpop}". No proof was shown.`;
  return [
    'the token is bound; each request must prove that it is the caller’s',
    ...(thumbprint === undefined ? [] : [certificateLine]),
    ...(key === undefined || proofs === undefined ? [] : [keyLine, ...addressesIn(proofs)]),
  ];
}

/** Where clients reach the API, as their proofs must say. */
function addressesIn({
  origin,
  paths,
}: NonNullable<ResolvedAuthConfig['dpop']>): readonly string[] {
  const rewritten = paths.map(({ from, to }) => `${origin}${to} for the path ${from} here`);
  return [`proofs name an address of ${[origin, ...rewritten].join(', ')}`];
}

function keyRefusal(bound: unknown, mode: Modes['dpop']): Refusal | undefined {
  return bound === undefined ? unboundFault('Bearer', mode) : boundTokenFault(bound, mode);
}

function memberOf(cnf: unknown, name: string): unknown {
  return (Object(cnf) as Readonly<Record<string, unknown>>)[name];
}
