import type { Type } from '@nestjs/common';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type Block, ROOT } from './markdown.js';

/** Where the blocks of a document are written, for a test that runs them. */
export function generatedFolder(name: string): string {
  return `${ROOT}test/docs/.generated/${name}/`;
}

/** Writes the TypeScript blocks as files of one folder and imports one of them. */
export async function importBlock(
  blocks: readonly Block[],
  folder: string,
  file: string,
): Promise<Readonly<Record<string, Type>>> {
  mkdirSync(folder, { recursive: true });
  for (const { language, name, text } of blocks)
    if (language === 'ts') writeFileSync(folder + name, text);
  return (await import(folder + file)) as Record<string, Type>;
}
