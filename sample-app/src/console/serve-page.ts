import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../public', import.meta.url));
/** `nestjs-trusted-issuers/client` as it was published, with what it imports: browsers load it as it is. */
const CLIENT = fileURLToPath(import.meta.resolve('nestjs-trusted-issuers/client'));

/** Serves the page at `/`. Its scripts may talk to this API, and to these servers beside it. */
export function servePage(app: NestExpressApplication, servers: readonly string[]): void {
  const headers = Object.entries({
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      `connect-src 'self' ${servers.join(' ')}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  });
  const setHeaders = (response: ServerResponse): void => {
    for (const [name, value] of headers) response.setHeader(name, value);
  };
  app.disable('x-powered-by');
  app.useStaticAssets(PAGE, { setHeaders });
  app.useStaticAssets(CLIENT, { setHeaders, prefix: '/client/index.js' });
  app.useStaticAssets(join(CLIENT, '../chunks'), { setHeaders, prefix: '/client/chunks/' });
}
