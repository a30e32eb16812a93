import type { OnApplicationBootstrap } from '@nestjs/common';
import { Server as TlsServer } from 'node:tls';
import { SafeLogger } from '../util/safe-logger.js';

const REMEDY =
  'Start the application with httpsOptions: { …, requestCert: true, rejectUnauthorized: false }, or name in ' +
  'mtls.certificate the header of the proxy that ends TLS.';

/**
 * Says at start when no connection can have a certificate. It stops nothing: tests of an application seldom
 * serve over TLS.
 */
export class ConnectionCheck implements OnApplicationBootstrap {
  private readonly logger = new SafeLogger();

  /** @param server `undefined` where the application has none. */
  constructor(private readonly server: () => unknown) {}

  onApplicationBootstrap(): void {
    const server = this.server();
    if (server === undefined || server === null) return;
    const fault =
      server instanceof TlsServer
        ? // Not in the types of Node.js, but on each of its servers of TLS.
          (server as { readonly requestCert?: unknown }).requestCert === false &&
          'its server does not ask clients for a certificate'
        : 'it serves plain HTTP';
    if (fault !== false)
      this.logger.warn(
        `mtls.certificate of the application is "connection", and ${fault}: no token that is bound to a certificate can be accepted. ${REMEDY}`,
      );
  }
}
