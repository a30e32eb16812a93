import type { IssuerPolicy } from '../../config/resolved-config.js';
import { refusalByMode } from '../../core/mtls/certificate-possession.js';
import type { Refusal } from '../../core/refusals/refusal.js';
import { shown } from './shown.js';

type Modes = Pick<IssuerPolicy, 'mtls'>;

/** What a token is refused for whatever a request shows, by the modes of its issuer. */
export function bindingRefusal(cnf: unknown, { mtls }: Modes): Refusal | undefined {
  return refusalByMode(certificateIn(cnf), mtls);
}

/** What a token is bound to, and what a request has to show. */
export function bindingDetails(cnf: unknown, { mtls }: Modes): readonly string[] {
  if (cnf === undefined) return ['the token is not bound to a key or a certificate'];
  const thumbprint = certificateIn(cnf);
  return [
    'the token is bound; each request must prove that it is the caller’s',
    ...(thumbprint === undefined
      ? []
      : [
          `a certificate: "x5t#S256" is ${shown(thumbprint)}; mtls is "${mtls}". No certificate was shown.`,
        ]),
  ];
}

function certificateIn(cnf: unknown): unknown {
  return (Object(cnf) as Readonly<Record<string, unknown>>)['x5t#S256'];
}
