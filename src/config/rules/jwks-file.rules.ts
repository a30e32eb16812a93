import { readFileSync, statSync } from 'node:fs';
import { finding, type Finding } from '../configuration-rule.js';
import { isOptionsObject } from '../options-object.js';
import { secretKindOf, shownValue } from '../shown-value.js';
import { utf8Text } from '../utf8-text.js';
import { jwkSetAlgorithms, jwkSetShapeFault, secretJwkFault } from './jwk-set.rules.js';
import { stringFault } from './text.rules.js';

/** Far above any key set: what is larger is another file. */
const MAX_BYTES = 16_777_216;

/**
 * Judges the path of a JWK Set and what stands there at start. The file may change later, so a set
 * that has no usable key yet is no fault. Its content is never shown.
 */
export function* jwksFileFindings(value: unknown): Iterable<Finding> {
  const fault = stringFault(value) ?? fileFault(String(value));
  if (fault !== undefined) yield finding(fault);
}

function fileFault(path: string): string | undefined {
  if (secretKindOf(path) !== undefined) {
    return `${shownValue(path)} is not a path. A JWK Set itself goes into keys.jwks.`;
  }
  const text = readText(path);
  if ('fault' in text) return `${shownValue(path)} ${text.fault}`;
  const set = parsed(text.text);
  if (set === undefined) return `${shownValue(path)} is not a JSON file. Write a JWK Set into it.`;
  if (jwkSetShapeFault(set) !== undefined) {
    return `${shownValue(path)} holds no JWK Set. Write { "keys": [...] } into it.`;
  }
  if (jwkSetAlgorithms(set) !== undefined) return undefined;
  const { keys } = set as { keys: readonly unknown[] };
  if (keys.filter(isOptionsObject).every((key) => secretJwkFault(key) === undefined)) {
    return undefined;
  }
  return `${shownValue(path)} holds private or symmetric keys. Write only public keys into it.`;
}

function readText(path: string): { readonly text: string } | { readonly fault: string } {
  try {
    // Asked first: reading a pipe or a device may never end.
    const { size, isFile } = fileFacts(path);
    if (!isFile) return { fault: 'is not a file. Give the path of a JWK Set.' };
    if (size > MAX_BYTES) return { fault: 'is too large for a JWK Set. Give the path of one.' };
    return { text: utf8Text(readFileSync(path)) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { fault: `cannot be read (${code}). Give the path of a JWK Set this process may read.` };
  }
}

function fileFacts(path: string): { readonly size: number; readonly isFile: boolean } {
  const stats = statSync(path);
  return { size: stats.size, isFile: stats.isFile() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
