/** Where the error reference is served, and under which address clients reach it. */
export interface ErrorReferenceConfig {
  /**
   * Path of the index, below the application's global prefix. Topics follow it, as in `/errors/UNAUTHORIZED`.
   * Begins with a slash and ends without one; its segments are of letters, digits, `.`, `_`, `~` and `-`.
   *
   * @default `/errors`
   */
  readonly path?: string;
  /**
   * The whole address of the index as clients see it, such as `https://api.example.com/errors`, for
   * `error_uri`. You need it behind a proxy that changes paths. The `exclude` of `setGlobalPrefix` does not
   * reach the pages.
   *
   * @default the path with the application's global prefix
   * @see RFC 6750 section 3
   */
  readonly url?: string;
}
