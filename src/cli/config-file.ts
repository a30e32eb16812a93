import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '../auth.module.js';
import { wholeConfig } from '../auth.module-options.js';
import type { AuthModuleConfig } from '../config/auth-module-config.js';
import { validateConfig } from '../config/validate-config.js';
import { AuthConfigurationError } from '../config/configuration-error.js';
import { EXTRA_NAMES } from '../config/unknown-option.js';
import { utf8Text } from '../core/jose/utf8-text.js';
import { CommandFailure } from './exit-codes.js';
import { causesOf } from './failure-causes.js';

/**
 * The configuration in a file: JSON, or a module whose default export (or export `config`) is the
 * {@link AuthModuleConfig} or a function that gives it.
 *
 * @throws CommandFailure when it can't be read.
 */
export async function readConfigFile(path: string): Promise<AuthModuleConfig> {
  try {
    return await unlessAbandoned(path.endsWith('.json') ? readJson(path) : readModule(path));
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw unreadable(path, reasonOf(error) + hintOf(path, error));
  }
}

async function readJson(path: string): Promise<AuthModuleConfig> {
  const text = utf8Text(await readFile(path));
  try {
    return JSON.parse(text) as AuthModuleConfig;
  } catch (error) {
    // The parser may quote what it read, a secret perhaps; a position at the end is all that is told.
    const [, position] =
      / at (position \d+(?: \(line \d+ column \d+\))?)$/.exec((error as Error).message) ?? [];
    throw unreadable(path, `it is not JSON${position === undefined ? '' : `: see ${position}`}`);
  }
}

async function readModule(path: string): Promise<AuthModuleConfig> {
  const module = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  const exported = exportedBy(module);
  if (exported === undefined)
    throw new Error('it exports neither a default nor "config". Export the AuthModuleConfig.');
  return (typeof exported === 'function' ? await exported() : exported) as AuthModuleConfig;
}

function unreadable(path: string, reason: string): CommandFailure {
  return new CommandFailure('unusable', `${path} can't be read as a configuration: ${reason}`);
}

/** What Node.js says of TypeScript: earlier ones of all, later ones of what is more than types. */
const TYPESCRIPT_HINTS: Readonly<Record<string, string>> = {
  ERR_UNKNOWN_FILE_EXTENSION: '. Compile it, or use Node.js 22.18 or later.',
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX: '. Compile it.',
};

function hintOf(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  return /\.[cm]?ts$/.test(path) ? (TYPESCRIPT_HINTS[code] ?? '') : '';
}

/** The module may parse JSON too; messages of the parser with this ending quote what it read. */
function reasonOf(error: unknown): string {
  const [reason = String(error)] = causesOf(error);
  return reason.endsWith('is not valid JSON') ? 'something that it reads is not JSON' : reason;
}

/** Node.js ends the process silently when a promise is awaited that nothing can settle any more. */
async function unlessAbandoned<T>(given: Promise<T>): Promise<T> {
  const settled = new AbortController();
  const abandoned = once(process, 'beforeExit', { signal: settled.signal }).then(() => {
    throw new Error('it waits for a promise that never settles');
  });
  try {
    return await Promise.race([given, abandoned]);
  } finally {
    settled.abort();
  }
}

/** A CommonJS file arrives as the default export of a module, its own exports within. */
function exportedBy(module: object): unknown {
  const inner: unknown = Reflect.get(module, 'default') ?? Reflect.get(module, 'config');
  if (typeof inner !== 'object' || inner === null) return inner;
  const isConfig = 'issuers' in inner || 'resolveIssuer' in inner;
  const isModule = 'default' in inner || 'config' in inner;
  return isModule && !isConfig ? exportedBy(inner) : inner;
}

/** How a command uses the module. */
export interface WiringOptions {
  /** Whether other machines may be asked: for keys, and for issuers by `resolveIssuer`. */
  readonly online: boolean;
  /** Is given what the module has to say, such as keys that it ignores. */
  readonly warn: (line: string) => void;
}

/**
 * The module's own wiring for a configuration, as an application has it, but without a server.
 *
 * @throws CommandFailure with every fault of the configuration.
 */
export async function wired(
  config: AuthModuleConfig,
  { online, warn }: WiringOptions,
): Promise<INestApplicationContext> {
  const ignore = (): void => {};
  const logger = { log: ignore, debug: ignore, verbose: ignore, error: ignore, warn };
  try {
    validateConfig(without(EXTRA_NAMES, config));
    return await NestFactory.createApplicationContext(AuthModule.forRoot(quiet(config, online)), {
      logger,
      abortOnError: false,
    });
  } catch (error) {
    if (error instanceof AuthConfigurationError)
      throw new CommandFailure('unusable', error.message);
    throw error;
  }
}

/** Options by which an application is told of tokens, or fetches before it is asked to. */
const NOT_FOR_COMMANDS = ['isRevoked', 'observer', 'warmUp'];

/** A configuration under which nothing happens but what the command asks for. */
function quiet(config: AuthModuleConfig, online: boolean): AuthModuleConfig {
  const own = without(NOT_FOR_COMMANDS, config);
  const { resolveIssuer } = own;
  return {
    ...own,
    verifiedTokenCache: false,
    ...(resolveIssuer && !online && { resolveIssuer: { ...resolveIssuer, resolve: notAsked } }),
  };
}

function without(names: readonly string[], config: AuthModuleConfig): AuthModuleConfig {
  // The validator says what is wrong with anything else.
  if (typeof config !== 'object' || config === null) return config;
  const kept = Object.entries(wholeConfig(config)).filter(([name]) => !names.includes(name));
  return Object.fromEntries(kept) as unknown as AuthModuleConfig;
}

function notAsked(): never {
  throw new Error('resolveIssuer was not asked; allow it with --fetch-keys');
}
