/** Metadata of a gateway's `handleConnection` that lets in only whom `JwtAuthGuard` lets in. */
export const CHECKED_CONNECTION = 'nestjs-trusted-issuers:checked-connection';

/** Metadata of a gateway whose application sees to its connections; of that very class alone. */
export const UNCHECKED_ON_PURPOSE = 'nestjs-trusted-issuers:unchecked-connections';

/** Metadata of a class that a gateway checks its connections with by hand. */
export const CHECKS_SOCKETS = 'nestjs-trusted-issuers:checks-sockets';

/** Whether a gateway's `handleConnection` does. */
export function checksConnections({ prototype }: { readonly prototype: object }): boolean {
  const { handleConnection } = prototype as { readonly handleConnection?: object };
  return handleConnection !== undefined && isCheckedConnection(handleConnection);
}

/** Whether this `handleConnection` does. */
export function isCheckedConnection(handleConnection: object): boolean {
  return Reflect.hasMetadata(CHECKED_CONNECTION, handleConnection);
}
