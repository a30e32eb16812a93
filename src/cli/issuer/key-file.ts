import { randomBytes } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  generateSigningKey,
  importSigningKey,
  type PrivateJwk,
  type SigningKey,
} from '../../testing/signing-key.js';
import type { SigningAlgorithm } from '../../testing/signing-algorithms.js';
import { CommandFailure } from '../exit-codes.js';

/** Where keys are kept unless a flag says otherwise: in the project, out of its repository. */
export const DEFAULT_KEY_FILE = join('.nestjs-trusted-issuers', 'issuer.json');

/** What a development issuer keeps between two runs. */
export interface KeptIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly key: SigningKey;
}

/** The issuer kept in a file; `undefined` when there is no such file. @throws CommandFailure */
export async function loadIssuer(path: string): Promise<KeptIssuer | undefined> {
  const text = await readPrivate(path);
  if (text === undefined) return undefined;
  try {
    const { issuer, audience, key } = JSON.parse(text) as Record<string, unknown>;
    if (typeof issuer !== 'string' || typeof audience !== 'string') throw new Error('no issuer');
    return { issuer, audience, key: importSigningKey(key as PrivateJwk) };
  } catch {
    // The parser's message may quote a key.
    throw new CommandFailure(
      'unusable',
      `${path} holds no kept issuer. Delete it to begin with new keys.`,
    );
  }
}

/** Keeps an issuer in a file that only its owner can read. @throws CommandFailure */
export async function saveIssuer(path: string, kept: KeptIssuer): Promise<void> {
  const { issuer, audience, key } = kept;
  const content = { issuer, audience, key: key.exportPrivate() };
  try {
    const created = await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // A folder of our own has nothing that belongs into a repository.
    if (created !== undefined) await writeFile(join(dirname(path), '.gitignore'), '*\n');
    await writeFile(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new CommandFailure('unusable', `${path} can't be written: ${(error as Error).message}`);
  }
}

/**
 * A new key with a `kid` of its own: an API may still cache the former key.
 *
 * @throws CommandFailure when this Node.js lacks the algorithm.
 */
export async function newKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  const kid = `dev-${randomBytes(6).toString('base64url')}`;
  try {
    return await generateSigningKey(algorithm, kid);
  } catch (error) {
    throw new CommandFailure('unusable', (error as Error).message);
  }
}

async function readPrivate(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile())
      throw new CommandFailure('unusable', `${path} is not a file. Name one with --keys.`);
    // Windows has no such modes and reports others.
    if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
      throw new CommandFailure(
        'unusable',
        `${path} can be read by others. Run: chmod 600 ${JSON.stringify(path)}`,
      );
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure('unusable', `${path} can't be read: ${(error as Error).message}`);
  }
}
