import type { RevocationMark } from 'nestjs-trusted-issuers';

/** What the second process asks of the store in the first. */
export type ToStore = { readonly id: number } & (
  { readonly put: RevocationMark } | { readonly load: true }
);

/** What it is sent: an answer, or a mark that was put. */
export type FromStore =
  | { readonly id: number; readonly marks: readonly RevocationMark[] }
  | { readonly mark: RevocationMark };

/** What the second process says when it is ready. */
export interface Ready {
  readonly url: string;
}
