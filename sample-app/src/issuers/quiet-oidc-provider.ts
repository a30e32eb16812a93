import type { Configuration, Provider } from 'oidc-provider';

/**
 * Makes an oidc-provider on every Node.js this sample runs on, without what it says on the console
 * to those who take it to production: no LTS release of Node.js, nothing kept over a restart.
 */
export async function createQuietProvider(
  issuer: string,
  configuration: Configuration,
): Promise<Provider> {
  if (!('parse' in URL)) Object.assign(URL, { parse: parseUrl });
  const { warn } = console;
  console.warn = () => {};
  try {
    const { Provider } = await import('oidc-provider');
    return new Provider(issuer, configuration);
  } finally {
    console.warn = warn;
  }
}

/** The one function oidc-provider needs here that Node.js 20 lacks. */
function parseUrl(url: string, base?: string): URL | null {
  return URL.canParse(url, base) ? new URL(url, base) : null;
}
