/**
 * Every entry point of the package: its file among the published ones, without an extension, and the
 * module of `src/` that it is made of. `exports` of package.json names the files.
 *
 * @type {Readonly<Record<string, string>>}
 */
export const ENTRIES = {
  index: 'index',
  client: 'client/index',
  graphql: 'graphql/index',
  health: 'health/index',
  mcp: 'mcp/index',
  openapi: 'openapi/index',
  opentelemetry: 'opentelemetry/index',
  presets: 'presets/index',
  redis: 'redis/index',
  testing: 'testing/index',
  'testing/jest': 'testing/jest',
  'testing/vitest': 'testing/vitest',
  websockets: 'websockets/index',
  zod: 'zod/index',
};

/** The command line: a program, in one form, which nothing imports. */
export const PROGRAM = { cli: 'cli/main' };
