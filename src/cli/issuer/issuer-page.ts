import { TOKEN_KINDS } from './minting.js';

/** What the page shows beside the form. */
export interface PageState {
  readonly issuer: string;
  readonly audience: string;
  /** What was typed, to be shown again. */
  readonly form: URLSearchParams;
  readonly token?: string;
  readonly fault?: string;
}

/** No script, nothing from elsewhere, and no other page may embed or fill in the form. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The page at `/`: a form, and the token it brought. */
export function issuerPage({ issuer, audience, form, token, fault }: PageState): string {
  const field = (name: string, label: string, placeholder: string, attributes = ''): string =>
    `<label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${escaped(form.get(name) ?? '')}" placeholder="${escaped(placeholder)}" ${attributes}>`;
  const kinds = TOKEN_KINDS.map(
    (kind) => `<option${form.get('kind') === kind ? ' selected' : ''}>${kind}</option>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Development issuer</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<main>
<h1>Development issuer</h1>
<p>Trust <code>${escaped(issuer)}</code> in your application, and mint tokens for it here. Anyone who reaches this page can do so: it is for this machine only.</p>
${fault === undefined ? '' : `<p class="fault" role="alert">${escaped(fault)}</p>`}
${token === undefined ? '' : result(token)}
<form method="post" action="/">
${field('subject', 'Subject', 'alice')}
${field('scope', 'Scopes, with spaces between them', 'notes:read notes:write')}
${field('audience', 'Audience', audience)}
${field('client_id', 'Client', 'test-client')}
${field('expires_in', 'Lifetime in seconds', '300', 'inputmode="numeric"')}
<label for="claims">Further claims, a JSON object</label>
<textarea id="claims" name="claims" rows="3" spellcheck="false" placeholder='{"roles":["editor"]}'>${escaped(form.get('claims') ?? '')}</textarea>
<label for="kind">Kind</label>
<select id="kind" name="kind">${kinds.join('')}</select>
<button>Mint a token</button>
</form>
<p>Keys: <a href="/jwks">/jwks</a>. Metadata: <a href="/.well-known/openid-configuration">/.well-known/openid-configuration</a>. For programs: <code>POST /token</code> with the same fields.</p>
</main>
</body>
</html>
`;
}

/** Its style sheet; light or dark as the reader has it. */
export const PAGE_STYLE = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 1.5rem; }
main { max-width: 44rem; margin: auto; }
form { display: grid; gap: .25rem; }
label { margin-top: .75rem; font-weight: 600; }
input, textarea, select, button { font: inherit; padding: .5rem; border: 1px solid GrayText; border-radius: .25rem; }
textarea, code, pre { font-family: ui-monospace, monospace; }
textarea { width: 100%; box-sizing: border-box; }
button { margin-top: 1rem; justify-self: start; cursor: pointer; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
pre { overflow: auto; padding: .75rem; border: 1px solid GrayText; border-radius: .25rem; }
.fault { border-left: .25rem solid; padding-left: .75rem; font-weight: 600; }
`;

function result(token: string): string {
  const claims = JSON.parse(
    Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
  ) as object;
  return `<section aria-labelledby="minted">
<h2 id="minted">The token</h2>
<label for="token">Copy it</label>
<textarea id="token" rows="6" readonly autofocus spellcheck="false">${escaped(token)}</textarea>
<h3>Its claims</h3>
<pre tabindex="0">${escaped(JSON.stringify(claims, null, 2))}</pre>
</section>`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<"']/g, (character) => entities[character] ?? character);
}
