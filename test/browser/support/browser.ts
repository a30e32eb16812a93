import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** A browser that can reach nothing but this machine, as on a train. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}

/** What must not happen on any page, whatever is pressed. */
export interface Watch {
  readonly complaints: readonly string[];
}

/** Notes errors, violations of the content security policy, and requests that leave the machine. */
export function watch(context: BrowserContext): Watch {
  const complaints: string[] = [];
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== 'data:' && !['127.0.0.1', 'localhost'].includes(hostname))
      complaints.push(`request to ${request.url()}`);
  });
  context.on('weberror', (error) => complaints.push(`uncaught ${error.error().message}`));
  // Violations of the policy are among them.
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (!isRefusal(message.text())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  return { complaints };
}

/** Chromium reports every answer of 400 and more on the console; to be refused is what the page is for. */
function isRefusal(text: string): boolean {
  return /^Failed to load resource: the server responded with a status of (400|401|403|431|503) /.test(
    text,
  );
}

/** Where the keyboard is. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.id || element?.getAttribute('value') || element?.textContent?.trim() || '';
  });
}
