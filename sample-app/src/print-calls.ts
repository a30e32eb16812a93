import type { CurlCall } from './curl-calls.js';
import type { SampleIssuers } from './issuers/sample-issuers.js';

/** Tells a person what to do; `scripts/check-sample-app.mjs` reads the calls from the same text. */
export function printCalls(url: string, issuers: SampleIssuers, calls: readonly CurlCall[]): void {
  console.log(`
Page      ${url}/  every refusal, in your browser
API       ${url}/notes
MCP       ${url}/mcp  two tools, for the same tokens
issuer 1  ${issuers.oidc.issuer}  oidc-provider, RS256
issuer 2  ${issuers.es256.issuer}  test kit, ES256
issuer 3  ${issuers.eddsa.issuer}  test kit, EdDSA

Open the page, or paste these commands into another terminal. Under each is the exact answer to
expect; only headers that do not matter here (Date, Cache-Control and the like) are left out. The
tokens last an hour.

${calls.map(printed).join('\n\n')}

Ready. Ctrl+C stops the API and its issuers. The page: ${url}/`);
}

function printed({ title, command, status, challenge, body }: CurlCall, index: number): string {
  const answer = [status, ...(challenge === undefined ? [] : [challenge]), body];
  return [`${index + 1}. ${title}`, command, ...answer.map((line) => `    ${line}`)].join('\n');
}
