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
   * Deadline in milliseconds for everything one refresh needs (discovery, keys, bodies), and for one
   * introspection. When it passes, the refresh has failed (503 if no usable keys remain). 1 to 60000.
   *
   * @default 5000
   */
  readonly timeoutMs?: number;

  /**
   * Request headers, or a function of the address that gives them, called before each request, for key servers
   * that want credentials. White space around a value is dropped. Beware: with discovery the metadata names the
   * address of the keys, and headers that are not a function are sent there as well.
   *
   * @default none beside `Accept`, `Accept-Encoding` and `User-Agent`
   */
  readonly headers?:
    | Readonly<Record<string, string>>
    | ((
        url: string,
      ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

  /**
   * What to fetch with: a proxy, a private CA, a test. It must behave as {@link HttpFetch} says. The library
   * does not see what it connects to, so the guard against a `jwks_uri` that leads into inner networks does not
   * work with it: your function must guard against that. You don't need it for a proxy that the environment
   * names, where Node.js is told to use it (`NODE_USE_ENV_PROXY=1`, from 22.21 and 24.5 on).
   *
   * @default a client on `node:http` and `node:https` that checks addresses
   */
  readonly fetch?: HttpFetch;

  /**
   * Largest size of one response body in bytes, after decompression. 1024 to 16777216.
   *
   * @default 262144 (256 KiB)
   */
  readonly maxBytes?: number;

  /**
   * Allows `http:` addresses beyond loopback. An attacker on the way can then replace the keys and so forge
   * every token of this issuer. `false`: such an address stops the start.
   *
   * @default `false`
   */
  readonly allowInsecure?: boolean;
}
