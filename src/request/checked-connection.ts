/** Metadata of a gateway's `handleConnection` that lets in only whom `JwtAuthGuard` lets in. */
export const CHECKED_CONNECTION = 'nestjs-trusted-issuers:checked-connection';
