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

/**
 * The module's own wiring for a configuration, as an application has it, but without a server.
 * Revocation is not asked and no verified token is kept.
 *
 * @param warn - Is given what the module has to say, such as keys that it passed over.
 * @throws CommandFailure with every fault of the configuration.
 */
export async function wired(
  config: AuthModuleConfig,
  warn: (line: string) => void,
): Promise<INestApplicationContext> {
  const ignore = (): void => {};
  const logger = { log: ignore, debug: ignore, verbose: ignore, error: ignore, warn };
  const quiet: AuthModuleConfig = { ...config, verifiedTokenCache: false };
  try {
    return await NestFactory.createApplicationContext(
      AuthModule.forRoot(typeof config === 'object' && config !== null ? quiet : config),
      { logger, abortOnError: false },
    );
  } catch (error) {
    if (error instanceof AuthConfigurationError)
      throw new CommandFailure('unusable', error.message);
    throw error;
  }
}
