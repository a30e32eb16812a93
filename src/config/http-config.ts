/** The part of a `fetch` response that is read. The built-in `Response` and undici's satisfy it. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** A `fetch`-like function. It must honour `signal` and must not follow redirects on its own. */
export type HttpFetch = (
  url: string,
  init: {
    /** `POST` for the introspection endpoint alone. */
    readonly method: 'GET' | 'POST';
    readonly headers: Record<string, string>;
    /** The form for the introspection endpoint. Absent with `GET`. */
    readonly body?: string;
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
  },
) => Promise<HttpResponse>;

/** How an issuer's keys and metadata are fetched, and its introspection endpoint is asked. */
export interface HttpConfig {
  /**
   * Deadline in milliseconds for everything one refresh needs: discovery, keys, bodies; and for one
   * introspection. 1 to 60000. Default 5000. When it passes, the refresh has failed (503 if no usable keys
   * remain).
   */
  readonly timeoutMs?: number;

  /**
   * Request headers, or a function of the address that gives them, asked before each request, for key
   * servers that want credentials. White space around a value is dropped. Beware: with discovery the
   * address of the keys stands in the metadata, and headers that are not a function go there as well.
   * Default: none beside `Accept`, `Accept-Encoding` and `User-Agent`.
   */
  readonly headers?:
    | Readonly<Record<string, string>>
    | ((
        url: string,
      ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

  /**
   * What to fetch with: a proxy, a private CA, a test. It must keep to {@link HttpFetch}. What it
   * connects to is not seen here, so the guard against a `jwks_uri` that leads into inner networks
   * cannot work; see to it there. Not needed for a proxy that the environment names, where Node.js is told to
   * use it (`NODE_USE_ENV_PROXY=1`, from 22.21 and 24.5 on). Default: a client on `node:http` and `node:https` with that guard.
   */
  readonly fetch?: HttpFetch;

  /** Greatest size of one response body in bytes, after decompression. 1024 to 16777216. Default 262144 (256 KiB). */
  readonly maxBytes?: number;

  /**
   * Allows `http:` addresses beyond loopback. Default `false`: such an address stops the start.
   * Anybody on the way can then replace the keys and so forge every token of this issuer.
   */
  readonly allowInsecure?: boolean;
}
