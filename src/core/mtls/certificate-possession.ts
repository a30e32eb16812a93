import type { ClientCertificateSource, MtlsMode } from '../../config/binding-config.js';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import type { Credentials } from '../calls/exchange.js';
import type { ProofOfPossession } from '../guard/token-binding.js';
import { Refusal } from '../refusals/refusal.js';
import { type CertificateReader, certificateReader } from './presented-certificate.js';
import { isThumbprint } from './thumbprint.js';

/** Proof of possession by mutual TLS: the client used the certificate that the token names (RFC 8705 section 3). */
export class CertificatePossession implements ProofOfPossession {
  readonly member = 'x5t#S256';
  private readonly read: CertificateReader;

  constructor(source: ClientCertificateSource) {
    this.read = certificateReader(source);
  }

  check(
    bound: unknown,
    { request, isInAuthorization }: Credentials,
    { mtls: mode }: Pick<IssuerPolicy, 'mtls'>,
  ): Refusal | undefined {
    const refusal = thumbprintFault(bound, mode);
    if (refusal !== undefined || bound === undefined) return refusal;
    if (request === undefined) return refuse(`${BOUND} and came without a request`);
    if (!isInAuthorization) return refuse(`${BOUND} and was not in the Authorization header`);
    const reading = this.read(request);
    if ('lack' in reading) return refuse(`${BOUND}, and ${reading.lack}`);
    return reading.thumbprint === bound
      ? undefined
      : refuse(`${BOUND}, and the client presented another one`);
  }
}

/** Why a token is refused whatever a request shows, by the mode of its issuer. */
export function thumbprintFault(bound: unknown, mode: MtlsMode): Refusal | undefined {
  if (bound === undefined)
    return mode === 'required'
      ? refuse(`the token is not bound to a certificate (${CLAIM}), and mtls is "required"`)
      : undefined;
  if (mode === 'off') return refuse(`${BOUND}, and mtls is "off" for its issuer`);
  return isThumbprint(bound)
    ? undefined
    : refuse(`${CLAIM} of the token is not a SHA-256 thumbprint`);
}

const CLAIM = '"cnf" with "x5t#S256"';
const BOUND = `the token is bound to a certificate (${CLAIM})`;

function refuse(reason: string): Refusal {
  return new Refusal('token_binding_invalid', 'binding', reason);
}
