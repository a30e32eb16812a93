import { Agent, request } from 'node:https';
import type { TestCertificate } from 'nestjs-trusted-issuers/testing';
import type { TLSSocket } from 'node:tls';
import type { AdapterName, ApplicationOptions, TestApplication } from './application.js';

/** What makes `startApplication` serve over TLS, and ask for a certificate of any issuer. */
export function overTls(
  adapter: AdapterName,
  { key, cert }: TestCertificate,
): Pick<ApplicationOptions, 'nestOptions' | 'serverOptions'> {
  const https = { key, cert, requestCert: true, rejectUnauthorized: false };
  return adapter === 'Fastify'
    ? { serverOptions: { https } }
    : { nestOptions: { httpsOptions: https } };
}

/** Where such an application is. */
export function httpsOf({ url }: TestApplication): string {
  return url.replace('http:', 'https:');
}

/** What a client of a TLS server on loopback is. */
export interface TlsClient {
  /** Answers like `send()` of http.ts, and says whether its session was resumed. */
  get(
    path: string,
    headers?: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<{ status: number; json: unknown; challenge: string | undefined; isResumed: boolean }>;
  close(): void;
}

/**
 * Each call has a connection of its own; from the second on they resume the session of the first.
 *
 * @param trusted the server's certificate.
 * @param certificate the client's. Absent: it has none.
 */
export function tlsClientOf(
  url: string,
  trusted: TestCertificate,
  certificate?: TestCertificate,
  maxVersion?: 'TLSv1.2',
): TlsClient {
  const agent = new Agent({ keepAlive: false, ca: trusted.cert, maxVersion, ...certificate });
  return {
    get: (path, headers = {}) =>
      new Promise((resolve, reject) => {
        const options = { agent, headers: headers as Record<string, string | string[]> };
        const outgoing = request(url + path, options, (response) => {
          const isResumed = (response.socket as TLSSocket).isSessionReused();
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              json: text.startsWith('{') ? (JSON.parse(text) as unknown) : undefined,
              challenge: response.headers['www-authenticate'],
              isResumed,
            }),
          );
        });
        outgoing.on('error', reject);
        outgoing.end();
      }),
    close: () => agent.destroy(),
  };
}
