import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';

const STYLE =
  ':root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}' +
  'body{max-width:22rem;margin:15vh auto;padding:0 1rem}' +
  'label,input,button{display:block;box-sizing:border-box;width:100%;font:inherit}' +
  'input,button{margin-top:.5rem;padding:.5rem}';

const MAX_BODY_BYTES = 1_024;

/**
 * Where a browser logs in: every user, by name. A real authorization server would ask for a proof here;
 * nothing else in the flow would be different.
 */
export async function answerLogin(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  page: { readonly origins: readonly string[] },
): Promise<void> {
  if (request.method !== 'POST') {
    await provider.interactionDetails(request, response);
    showForm(response, page.origins);
    return;
  }
  const accountId = (await formOf(request)).get('name')?.trim().slice(0, 64) || 'alice';
  await provider.interactionFinished(request, response, { login: { accountId } });
}

function showForm(response: ServerResponse, origins: readonly string[]): void {
  const style = createHash('sha256').update(STYLE).digest('base64');
  // The form's answer leads back to the page, and a browser holds that against form-action, too.
  const targets = ["'self'", ...origins].join(' ');
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${style}'; form-action ${targets}; base-uri 'none'; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  });
  response.end(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in – oidc-provider</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Log in</h1>
<p>You are at the authorization server now, not at the API. It is a sample: any name will do.</p>
<form method="post">
<label for="name">Name</label>
<input id="name" name="name" value="alice" autocomplete="username" maxlength="64" autofocus required>
<button>Log in</button>
</form>
</main>
</body>
</html>
`);
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_BODY_BYTES) throw new Error('the login form is too long');
  }
  return new URLSearchParams(body);
}
