import { createRequire } from 'node:module';

/**
 * The version of this package. Found by its name: the relative path to package.json differs between
 * `src` and `dist`.
 */
export function ownVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('nestjs-trusted-issuers/package.json') as { version: string }).version;
}
