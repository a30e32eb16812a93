import { mkdirSync, writeFileSync } from 'node:fs';
import ts from 'typescript';
import { type Block, ROOT } from './markdown.js';

/** Where a document's blocks are written as files. */
export function generatedDirectory(name: string): string {
  return `${ROOT}test/docs/.generated/${name}/`;
}

/** Writes the TypeScript blocks into a directory as files of their names. */
export function writeBlocks(blocks: readonly Block[], directory: string): string[] {
  mkdirSync(directory, { recursive: true });
  return blocks
    .filter(({ language }) => language === 'ts')
    .map(({ name, text }) => {
      writeFileSync(directory + name, text);
      return directory + name;
    });
}

/** What the compiler says of files, by the rules of the tests; nothing when all is well. */
export function compilerMessages(files: readonly string[]): string[] {
  const { config } = ts.readConfigFile(`${ROOT}test/tsconfig.json`, ts.sys.readFile) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, `${ROOT}test`);
  const program = ts.createProgram(files, { ...options, noUnusedLocals: false });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
