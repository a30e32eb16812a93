// Node's module hooks for the specs: TypeScript as jest's transform compiles it, the names that jest's
// moduleNameMapper knows, and `@jest/globals` without jest.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const JEST_GLOBALS = new URL('./jest-globals.mjs', import.meta.url).href;
const PACKAGE = 'nestjs-trusted-issuers';

let root;
let compilerOptions;

export function initialize(data) {
  root = data.root;
  compilerOptions = data.compilerOptions;
}

export function resolve(specifier, context, next) {
  if (specifier === '@jest/globals') return found(JEST_GLOBALS);
  if (specifier === PACKAGE) return found(`${root}src/index.ts`);
  if (specifier === `${PACKAGE}/testing/jest`) return found(`${root}src/testing/jest.ts`);
  if (specifier.startsWith(`${PACKAGE}/`) && specifier !== `${PACKAGE}/package.json`)
    return found(`${root}src/${specifier.slice(PACKAGE.length + 1)}/index.ts`);
  if (
    specifier.startsWith('.') &&
    specifier.endsWith('.js') &&
    context.parentURL?.endsWith('.ts')
  ) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return found(source.href);
  }
  return next(specifier, context);
}

export function load(url, context, next) {
  if (!url.startsWith(root) || !url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    ...compilerOptions,
    filename,
    swcrc: false,
    sourceMaps: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
}

const found = (url) => ({ url, format: 'module', shortCircuit: true });
