import type { HttpAdapterHost } from '@nestjs/core';
import type { ResolvedAuthConfig } from '../../../config/resolved-config.js';
import {
  metadataAddressOf,
  type ResourceMetadataConfig,
  WELL_KNOWN_PATH,
} from '../../../config/served-documents-config.js';
import type { TrustedIssuers } from '../../issuers/trusted-issuers.js';
import { mtlsModesOf } from '../../mtls/mtls-modes.js';
import { SafeLogger } from '../../util/safe-logger.js';
import { protectedResourceDocument } from './protected-resource-document.js';

const OFFLINE_ACCESS =
  'resourceMetadata.scopesSupported lists "offline_access", which is no scope of this API: with it a client asks its ' +
  'authorization server for a refresh token, and clients decide on that by themselves. MCP (revision ' +
  '2026-07-28) tells servers to leave it out, because users would be asked to consent to it by every client. Remove it.';

/**
 * Serves the metadata document. The routes are the adapter's own, not a controller's: a global prefix,
 * a version or a guard of the application would put the document where no client looks for it.
 */
export class ProtectedResourceEndpoint {
  constructor(
    private readonly resource: ResourceMetadataConfig,
    private readonly config: ResolvedAuthConfig,
    private readonly trustedIssuers: TrustedIssuers,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Adds the routes. Before those of controllers, one of which may catch every path. */
  register(): void {
    if (this.resource.scopesSupported?.includes('offline_access') === true)
      new SafeLogger().warn(OFFLINE_ACCESS);
    const { httpAdapter } = this.adapterHost;
    for (const path of this.paths())
      httpAdapter.get(path, (_request: unknown, response: unknown) =>
        httpAdapter.reply(response, this.document(), 200),
      );
  }

  /** Built for each request: the trust list may change while the application runs. */
  private document(): object {
    const modes = mtlsModesOf(this.trustedIssuers, this.config);
    return protectedResourceDocument(
      this.resource,
      this.trustedIssuers.list().map(({ issuer }) => issuer),
      this.config,
      { boundToCertificates: modes.some((mode) => mode !== 'off') },
    );
  }

  private paths(): ReadonlySet<string> {
    const { resource } = this.resource;
    // The form with the path even where `url` names another address: not every client reads the header.
    const addresses = [metadataAddressOf({ resource }), metadataAddressOf(this.resource)];
    return new Set([WELL_KNOWN_PATH, ...addresses.map((address) => new URL(address).pathname)]);
  }
}
