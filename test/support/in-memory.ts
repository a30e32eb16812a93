import type { HttpFetch } from 'nestjs-trusted-issuers';

/** A `fetch` that serves these documents by whole address and nothing else, and what it was asked for. */
export function inMemory(documents: Readonly<Record<string, object>>): {
  readonly fetch: HttpFetch;
  readonly requests: readonly string[];
} {
  const requests: string[] = [];
  return {
    requests,
    fetch: async (url) => {
      requests.push(url);
      const document = Object.hasOwn(documents, url) ? documents[url] : undefined;
      return document === undefined
        ? new Response(null, { status: 404 })
        : new Response(JSON.stringify(document));
    },
  };
}
