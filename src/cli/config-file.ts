import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '../auth.module.js';
import type { AuthModuleConfig } from '../config/auth-module-config.js';
import { AuthConfigurationError } from '../config/configuration.error.js';
import { CommandFailure } from './exit-codes.js';
import { causesOf } from './failure.causes.js';

/**
 * The configuration in a file: JSON, or an ES module whose default export (or export `config`) is the
 * {@link AuthModuleConfig} or a function that gives it.
 *
 * @throws CommandFailure when it can't be read.
 */
export async function readConfigFile(path: string): Promise<AuthModuleConfig> {
  try {
    if (path.endsWith('.json')) return JSON.parse(await readFile(path, 'utf8')) as AuthModuleConfig;
    const module = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
    const exported: unknown = module['default'] ?? module['config'];
    if (exported === undefined)
      throw new Error('it exports neither a default nor "config". Export the AuthModuleConfig.');
    return (typeof exported === 'function' ? await exported() : exported) as AuthModuleConfig;
  } catch (error) {
    const [reason = String(error)] = causesOf(error);
    throw new CommandFailure('unusable', `${path} can't be read as a configuration: ${reason}`);
  }
}

/** How a command uses the module. */
export interface WiringOptions {
  /** Whether other machines may be asked: for keys, and for issuers by `resolveIssuer`. */
  readonly online: boolean;
  /** Is given what the module has to say, such as keys that it passed over. */
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
  // The validator says what is wrong with anything else.
  if (typeof config !== 'object' || config === null) return config;
  const kept = Object.entries(config).filter(([name]) => !NOT_FOR_COMMANDS.includes(name));
  const own = Object.fromEntries(kept) as unknown as AuthModuleConfig;
  const { resolveIssuer } = own;
  return {
    ...own,
    verifiedTokenCache: false,
    ...(resolveIssuer && !online && { resolveIssuer: { ...resolveIssuer, resolve: notAsked } }),
  };
}

function notAsked(): never {
  throw new Error('resolveIssuer was not asked; allow it with --fetch-keys');
}
