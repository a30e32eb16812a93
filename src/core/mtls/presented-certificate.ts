import { types } from 'node:util';
import type {
  CertificateHeaderConfig,
  ClientCertificateSource,
} from '../../config/binding-config.js';
import type { ClientSocket, CredentialsRequest } from '../calls/exchange.js';
import { Refusal } from '../refusals/refusal.js';
import { requireSync } from '../util/maybe-async.js';
import { CERTIFICATE_FORMS, type CertificateReading, readDer } from './certificate-forms.js';
import { TrustedProxies } from './trusted-proxies.js';

/** Reads the certificate of the client that sent a request. */
export type CertificateReader = (request: CredentialsRequest) => CertificateReading;

/** Far above any certificate, that of post-quantum algorithms with its escapes included. */
const MAX_HEADER_LENGTH = 32_768;

/** The reader throws a refusal `keys_unavailable` when the application's function fails. */
export function certificateReader(source: ClientCertificateSource): CertificateReader {
  if (source === 'connection') return readConnection;
  return typeof source === 'function' ? readerOfFunction(source) : readerOfHeader(source);
}

/**
 * The connection of a request. Where a message's payload is used as the request, its sender can write a
 * `socket` into it, but not one with methods.
 */
function socketOf(request: CredentialsRequest): ClientSocket | undefined {
  const socket = request.socket ?? request.raw?.socket;
  return typeof socket?.on === 'function' ? socket : undefined;
}

function readConnection(request: CredentialsRequest): CertificateReading {
  const socket = socketOf(request);
  if (typeof socket?.getPeerX509Certificate !== 'function')
    return { lack: 'the connection of the request is not TLS' };
  const certificate = socket.getPeerX509Certificate();
  return certificate === undefined
    ? { lack: 'the connection has no client certificate (does the server ask with requestCert?)' }
    : readDer(certificate.raw);
}

function readerOfHeader({
  header,
  format,
  trustedProxies,
}: CertificateHeaderConfig): CertificateReader {
  const name = header.toLowerCase();
  const proxies = new TrustedProxies(trustedProxies);
  const read = CERTIFICATE_FORMS[format];
  return (request) => {
    const value = request.headers[name];
    if (value === undefined || value === '')
      return { lack: `the request has no header "${name}" with a client certificate` };
    if (!proxies.has(socketOf(request)?.remoteAddress))
      return { lack: `the header "${name}" did not come from one of trustedProxies` };
    if (typeof value !== 'string') return { lack: `the header "${name}" came more than once` };
    if (value.length > MAX_HEADER_LENGTH)
      return { lack: `the header "${name}" is longer than ${MAX_HEADER_LENGTH} characters` };
    const reading = read(value);
    return 'lack' in reading ? { lack: `the header "${name}" ${reading.lack}` } : reading;
  };
}

function readerOfFunction(ask: (request: unknown) => unknown): CertificateReader {
  return (request) => {
    const der = answerOf(ask, request);
    if (der === undefined || der === null)
      return { lack: `${FUNCTION} found no client certificate` };
    if (!types.isUint8Array(der))
      throw new Refusal('keys_unavailable', 'binding', `${FUNCTION} did not return bytes`);
    const reading = readDer(der);
    return 'lack' in reading ? { lack: `what ${FUNCTION} returned ${reading.lack}` } : reading;
  };
}

const FUNCTION = 'the function in mtls.certificate';

function answerOf(ask: (request: unknown) => unknown, request: unknown): unknown {
  try {
    return requireSync(ask(request), FUNCTION);
  } catch (cause) {
    throw new Refusal('keys_unavailable', 'binding', `${FUNCTION} failed`, { cause });
  }
}
