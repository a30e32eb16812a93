import { REFUSALS, type RefusalCode, type RefusalRow } from './refusal-table.js';

type Rows = typeof REFUSALS;

/** The codes that are sent with an HTTP status. */
export type CodeOfStatus<Status extends number> = {
  [Code in RefusalCode]: Rows[Code]['status'] extends Status ? Code : never;
}[RefusalCode];

/** The code whose body has its `authenticateHint` in every application, whatever is configured. */
export const ALWAYS_HINTED = 'auth_required' satisfies RefusalCode;

/** No interface: a declaration file of an application writes a type out where it can't name it. */
type Hinted = {
  /** Scheme and realm of the challenge, such as `Bearer realm="api"`. */
  readonly authenticateHint: string;
};

type Hint<Code extends RefusalCode> = Code extends typeof ALWAYS_HINTED
  ? Hinted
  : Rows[Code]['challenges'] extends true
    ? Partial<Hinted>
    : { readonly authenticateHint?: never };

/** Body of a refusal with one of some codes; a `switch` over `code` narrows it. */
export type BodyOfCode<Code extends RefusalCode> = Code extends RefusalCode
  ? {
      readonly status: Rows[Code]['status'];
      /** The status in words. */
      readonly error: Rows[Code]['error'];
      /** For people; fixed per code, except `auth_required`, which may carry the application's own. */
      readonly message: string;
      readonly code: Code;
    } & Hint<Code>
  : never;

/** A code that comes with a 401. */
export type UnauthorizedCode = CodeOfStatus<401>;

/** A code that comes with a 403. */
export type ForbiddenCode = CodeOfStatus<403>;

/** Body of every 401 of this module; `unauthorizedBodySchema` is its JSON Schema. */
export type UnauthorizedBody = BodyOfCode<UnauthorizedCode>;

/** Body of every 403 of this module; `forbiddenBodySchema` is its JSON Schema. */
export type ForbiddenBody = BodyOfCode<ForbiddenCode>;

/** What an `authenticateHint` looks like: scheme and realm, a quoted string (RFC 9110 section 5.6.4). */
export const AUTHENTICATE_HINT = /^(?:Bearer|DPoP) realm="(?:[^"\\]|\\.)*"$/;

/** The codes of a status, in the order of the table. */
export function codesOfStatus<Status extends number>(status: Status): CodeOfStatus<Status>[] {
  const codes = Object.keys(REFUSALS) as RefusalCode[];
  return codes.filter((code): code is CodeOfStatus<Status> => REFUSALS[code].status === status);
}

/** The `error` member that goes with a status. */
export function errorOfStatus(status: RefusalRow['status']): string {
  const rows: readonly RefusalRow[] = Object.values(REFUSALS);
  return (rows.find((row) => row.status === status) as RefusalRow).error;
}
