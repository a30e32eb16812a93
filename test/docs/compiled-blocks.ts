import { mkdirSync, writeFileSync } from 'node:fs';
import ts from 'typescript';
import { type Block, ROOT } from './markdown.js';

/** A folder for the blocks of one document, inside the repository so that packages are found. */
export function generatedFolder(document: string): string {
  const folder = `${ROOT}test/docs/.generated/${document}/`;
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Writes the TypeScript blocks into a folder. @returns their paths. */
export function writeBlocks(folder: string, blocks: readonly Block[]): readonly string[] {
  return blocks
    .filter(({ language }) => language === 'ts')
    .map(({ name, text }) => {
      writeFileSync(folder + name, text);
      return folder + name;
    });
}

/** What the compiler has to say of the files, as strict as with our own. */
export function compilerMessages(files: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile(`${ROOT}test/tsconfig.json`, ts.sys.readFile) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, `${ROOT}test`);
  const program = ts.createProgram(files, { ...options, noUnusedLocals: false });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
