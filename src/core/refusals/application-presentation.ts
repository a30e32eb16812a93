import type { ApplicationConfig } from '@nestjs/core';
import type { ResolvedAuthConfig } from '../../config/resolved-config.js';
import type { RefusalPresentation } from './refusal-presentation.js';

/** How an application words its refusals: what it configured, and what its main.ts sets. */
export function applicationPresentation(
  config: ResolvedAuthConfig,
  application: ApplicationConfig,
): RefusalPresentation {
  const { errorReference, realm, disclosure, authenticateHint } = config;
  const { problemDetails, resourceMetadata, dpop } = config;
  return {
    ...{ realm, disclosure, authenticateHint, problemDetails, resourceMetadata },
    ...(dpop && {
      dpop: { algs: dpop.algorithms.join(' '), isRequired: dpop.isRequired },
    }),
    // A getter, because main.ts sets the global prefix after this is made.
    get errorUri() {
      return (
        errorReference &&
        (errorReference.url ?? inAddress(belowGlobalPrefix(errorReference.path, application)))
      );
    },
  };
}

/** Where a path is served: below the application's global prefix. */
export function belowGlobalPrefix(path: string, application: ApplicationConfig): string {
  const prefix = application.getGlobalPrefix().replaceAll(/^\/+|\/+$/g, '');
  return prefix === '' ? path : `/${prefix}${path}`;
}

/** Encodes a path for an address; what is encoded already stays as it is. */
function inAddress(path: string): string {
  return path.replaceAll(/[^!-~]/gu, encodeURIComponent);
}
