/** Whether two types are one. */
type Same<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;

/** Compiles only where the argument is `true`: `expectTrue<Same<A, B>>`. */
export type ExpectSame<One, Other> = Same<One, Other> extends true ? true : never;

/** Takes a value of exactly this type, and does nothing. */
export function expectType<Expected>() {
  return <Given>(
    _value: Given,
    ..._same: Same<Given, Expected> extends true ? [] : [never]
  ): void => undefined;
}
