/**
 * For `import('…').catch(missingPackage('…'))` of a package that an application may leave out. The `import()`
 * itself contains the name, so that a bundler can leave it alone; the `catch` says that it may be absent.
 *
 * @throws Error that names the package and the remedy, with the failure as its `cause`.
 */
export function missingPackage(name: string): (cause: unknown) => never {
  return (cause) => {
    throw new Error(
      `${name} can't be loaded, and a handler of its kind needs it. Install it. If the application is bundled, put it into the bundle or beside it.`,
      { cause },
    );
  };
}
