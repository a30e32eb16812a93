import type { SampleIssuers } from './issuers/sample-issuers.js';
import type { SampleTokens } from './sample-tokens.js';

/** A command to paste, and the exact answer to it. */
export interface CurlCall {
  readonly title: string;
  readonly command: string;
  readonly status: string;
  /** The header that matters here; `undefined`: the answer has none. */
  readonly challenge?: string;
  readonly body: string;
}

/** The other scheme that the API takes, offered in every challenge. */
const DPOP = 'DPoP realm="api", algs="ES256"';

/** What this sample has to show. The answers are written out, not computed: read them as promises. */
export function curlCalls(
  url: string,
  issuers: SampleIssuers,
  tokens: SampleTokens,
): readonly CurlCall[] {
  const [issuer1, issuer2, issuer3] = [issuers.oidc, issuers.es256, issuers.eddsa];
  const notes = `${url}/notes`;
  const withToken = (token: string): string =>
    `curl -si -H 'Authorization: Bearer ${token}' ${notes}`;
  return [
    {
      title: 'Token of issuer 1',
      command: withToken(tokens.issuer1),
      status: 'HTTP/1.1 200 OK',
      body: `{"id":"${issuer1.issuer}|reporting-job","issuer":"${issuer1.issuer}","subject":"reporting-job","clientId":"reporting-job","scopes":["notes:read"]}`,
    },
    {
      title: 'Token of issuer 2',
      command: withToken(tokens.issuer2),
      status: 'HTTP/1.1 200 OK',
      body: `{"id":"${issuer2.issuer}|alice","issuer":"${issuer2.issuer}","subject":"alice","clientId":"notes-web","scopes":["notes:read","notes:write"]}`,
    },
    {
      title: 'Token of issuer 3',
      command: withToken(tokens.issuer3),
      status: 'HTTP/1.1 200 OK',
      body: `{"id":"${issuer3.issuer}|alice","issuer":"${issuer3.issuer}","subject":"alice","clientId":"notes-web","scopes":["notes:read","notes:write"]}`,
    },
    {
      title: 'No token',
      command: `curl -si ${notes}`,
      status: 'HTTP/1.1 401 Unauthorized',
      challenge: `WWW-Authenticate: Bearer realm="api", error_uri="/errors/UNAUTHORIZED", ${DPOP}`,
      body: String.raw`{"status":401,"error":"Unauthorized","message":"Authentication required","code":"auth_required","authenticateHint":"Bearer realm=\"api\""}`,
    },
    {
      title: 'Expired token of issuer 2',
      command: withToken(tokens.expired),
      status: 'HTTP/1.1 401 Unauthorized',
      challenge: `WWW-Authenticate: Bearer realm="api", error="invalid_token", error_description="Access token expired", error_uri="/errors/UNAUTHORIZED", ${DPOP}`,
      body: String.raw`{"status":401,"error":"Unauthorized","message":"Access token expired","code":"token_expired","authenticateHint":"Bearer realm=\"api\""}`,
    },
    {
      title: 'Token of issuer 2 with one flipped signature byte',
      command: withToken(tokens.tampered),
      status: 'HTTP/1.1 401 Unauthorized',
      challenge: `WWW-Authenticate: Bearer realm="api", error="invalid_token", error_description="Access token signature invalid", error_uri="/errors/UNAUTHORIZED", ${DPOP}`,
      body: String.raw`{"status":401,"error":"Unauthorized","message":"Access token signature invalid","code":"signature_invalid","authenticateHint":"Bearer realm=\"api\""}`,
    },
    {
      title: 'Token of an issuer that is not trusted',
      command: withToken(tokens.untrusted),
      status: 'HTTP/1.1 401 Unauthorized',
      challenge: `WWW-Authenticate: Bearer realm="api", error="invalid_token", error_description="Access token issuer not trusted", error_uri="/errors/UNAUTHORIZED", ${DPOP}`,
      body: String.raw`{"status":401,"error":"Unauthorized","message":"Access token issuer not trusted","code":"issuer_untrusted","authenticateHint":"Bearer realm=\"api\""}`,
    },
    {
      title: 'Public route, no token',
      command: `curl -si ${notes}/about`,
      status: 'HTTP/1.1 200 OK',
      body: '{"about":"Notes, for callers of three issuers"}',
    },
  ];
}
