import type { KeyObject } from 'node:crypto';

/** A JSON Web Key Set (RFC 7517 section 5). */
export interface JsonWebKeySet {
  readonly keys: readonly object[];
}

/** A public key: PEM text (`BEGIN PUBLIC KEY`, `BEGIN CERTIFICATE`), or a public `KeyObject`. */
export type PublicKeyInput = string | KeyObject;

/** The forms in which an issuer's verification keys may be given. */
export interface IssuerKeyForms {
  /**
   * Address of a metadata document whose `issuer` must equal the configured one exactly.
   *
   * @see OpenID Connect Discovery 1.0 section 4
   * @see RFC 8414 section 3
   */
  readonly discovery: string;
  /**
   * Address, or addresses, of a JWK Set. Several are read as one set.
   *
   * @see RFC 7517
   */
  readonly jwksUri: string | readonly string[];
  /**
   * The JWK Set itself. Entries that can verify nothing are skipped, and the log names them; when none is left,
   * the application does not start. There may be any number of keys. A token without `kid`, or whose `kid`
   * several keys have, is tried with 16 that fit its algorithm.
   */
  readonly jwks: JsonWebKeySet;
  /**
   * One or several public keys. They have no `kid`, and no token is tried with more than 16 that fit its
   * algorithm. Where there are more, put them into {@link jwks}, each with its `kid`.
   */
  readonly publicKey: PublicKeyInput | readonly PublicKeyInput[];
  /**
   * A shared secret for `HS256`, `HS384`, `HS512`, at least as long as the hash: 32, 48 or 64 bytes. A string
   * is read as UTF-8.
   *
   * @see RFC 7518 section 3.2
   */
  readonly secret: string | Uint8Array | KeyObject;
  /**
   * Path of a file with a JWK Set, from the working directory. It is read again after a minute, and when a
   * token names an unknown key. The application does not start without it. `http.timeoutMs` bounds how long
   * reading may take.
   */
  readonly jwksFile: string;
  /**
   * Address of one public key as PEM text, with `{kid}` in its path for the `kid` of a token, as AWS load
   * balancers publish theirs. A key is fetched with the first token that names it. A `kid` of anything but up
   * to 64 letters, digits, `-` and `_` is never part of an address. A status of 403, 404 or 410 says that there
   * is no such key. Look-ups of unknown keys are limited in number, and one that has to wait is a 503.
   */
  readonly publicKeyUri: string;
}

/** One form of keys, without a trace of the others. */
export type OneFormOfKeys = {
  [Form in keyof IssuerKeyForms]: Pick<IssuerKeyForms, Form>;
}[keyof IssuerKeyForms];

/** One of the {@link IssuerKeyForms}, without the others. */
export type IssuerKeysConfig = {
  [Form in keyof IssuerKeyForms]: Pick<IssuerKeyForms, Form> & {
    readonly [Other in Exclude<keyof IssuerKeyForms, Form>]?: never;
  };
}[keyof IssuerKeyForms];
