import { createRequire } from 'node:module';

/** The version of this package. By its name: its manifest is as far from the sources as from no build. */
export function ownVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('nestjs-trusted-issuers/package.json') as { version: string }).version;
}
