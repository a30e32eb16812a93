import ts from 'typescript';
import { ROOT } from '../docs/markdown.js';

/** Read and parsed once for all checks of a file: the declarations of Nest and TypeScript are most of the work. */
const PARSED = new Map<string, ts.SourceFile | undefined>();

/** What strict TypeScript says of these files, as the tests themselves are compiled. */
export function typeFaults(files: readonly string[]): readonly (readonly [string, string])[] {
  const { config } = ts.readConfigFile(`${ROOT}test/tsconfig.json`, ts.sys.readFile) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, `${ROOT}test`);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) => {
    if (files.includes(path)) return getSourceFile.call(host, path, ...rest);
    if (!PARSED.has(path)) PARSED.set(path, getSourceFile.call(host, path, ...rest));
    return PARSED.get(path);
  };
  const program = ts.createProgram(files, { ...options, noUnusedLocals: false }, host);
  return [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...files.flatMap((file) => ts.getPreEmitDiagnostics(program, program.getSourceFile(file))),
  ].map(({ file, messageText }) => [
    file?.fileName ?? '',
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  ]);
}
