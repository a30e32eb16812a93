/** Metadata of a gateway's `handleConnection` that lets in only whom `JwtAuthGuard` lets in. */
export const CHECKED_CONNECTION = 'nestjs-trusted-issuers:checked-connection';

/** Whether a gateway's `handleConnection` does. */
export function checksConnections({ prototype }: { readonly prototype: object }): boolean {
  const { handleConnection } = prototype as { readonly handleConnection?: object };
  return handleConnection !== undefined && isCheckedConnection(handleConnection);
}

/** Whether this `handleConnection` does. */
export function isCheckedConnection(handleConnection: object): boolean {
  return Reflect.hasMetadata(CHECKED_CONNECTION, handleConnection);
}
