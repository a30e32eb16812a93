import { mkdirSync, writeFileSync } from 'node:fs';
import ts from 'typescript';
import { type Block, ROOT } from './markdown.js';

/**
 * Writes the TypeScript blocks of a page as files of one folder and compiles them, strictly, as a
 * consumer of the package would. Returns what the compiler says.
 */
export function messagesOfCompiling(blocks: readonly Block[], folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const files = blocks
    .filter(({ language }) => language === 'ts')
    .map(({ name, text }) => {
      writeFileSync(folder + name, text);
      return folder + name;
    });
  const { config } = ts.readConfigFile(`${ROOT}test/tsconfig.json`, ts.sys.readFile) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, `${ROOT}test`);
  const program = ts.createProgram(files, { ...options, noUnusedLocals: false });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
