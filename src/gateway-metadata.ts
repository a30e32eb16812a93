/** Metadata of a package that an application need not have; a test holds it against the package. */
export const GATEWAY_METADATA = 'websockets:is_gateway';
