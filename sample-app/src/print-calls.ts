import type { CurlCall } from './curl-calls.js';
import type { SampleIssuers } from './sample-tokens.js';

/** Tells a person what to do; `scripts/check-sample-app.mjs` reads the calls from the same text. */
export function printCalls(url: string, issuers: SampleIssuers, calls: readonly CurlCall[]): void {
  console.log(`
API       ${url}/notes
issuer 1  ${issuers.issuer1.issuer}  oidc-provider, RS256
issuer 2  ${issuers.issuer2.issuer}  test kit, ES256

Paste these commands into another terminal. Under each stands the answer to expect, exactly; only
headers that do not matter here (Date, ETag and the like) are left out. The tokens last an hour.

${calls.map(printed).join('\n\n')}

Ready. Ctrl+C stops the API and its issuers.`);
}

function printed({ title, command, status, challenge, body }: CurlCall, index: number): string {
  const answer = [status, ...(challenge === undefined ? [] : [challenge]), body];
  return [`${index + 1}. ${title}`, command, ...answer.map((line) => `    ${line}`)].join('\n');
}
