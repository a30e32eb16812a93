import { AuthConfigurationError, type ConfigurationFault } from './config/configuration.error.js';
import { shownValue } from './config/shown-value.js';
import { EXTRA_NAMES, unknownOption } from './config/unknown-option.js';

const SOURCES = ['useFactory', 'useClass', 'useExisting'];
const ASYNC_OPTIONS = [...SOURCES, 'inject', 'imports', 'provideInjectionTokensFrom'];

/**
 * Judges what stands beside the configuration, which must be known before that is made: a slip here
 * could leave every route open.
 *
 * @throws AuthConfigurationError with every fault.
 */
export function requireExtras(options: object): void {
  throwIfAny(faultsOfExtras(options));
}

/**
 * Judges the options of `forRootAsync`; the configuration itself is judged when it is there.
 *
 * @throws AuthConfigurationError with every fault.
 */
export function requireAsyncOptions(options: object): void {
  const known = [...ASYNC_OPTIONS, ...EXTRA_NAMES];
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  const given = SOURCES.filter((name) => Reflect.get(options, name) !== undefined);
  throwIfAny([
    ...unknown.map((name) => ({ path: name, message: unknownOption(name, known) })),
    ...(given.length === 1 ? [] : [sourceFault(given)]),
    ...faultsOfExtras(options),
  ]);
}

function sourceFault(given: readonly string[]): ConfigurationFault {
  const found = given.length === 0 ? 'no way to' : `${given.join(' and ')} to`;
  return {
    path: '',
    message: `forRootAsync has ${found} make the configuration. Give one of ${SOURCES.join(', ')}.`,
  };
}

function faultsOfExtras(options: object): readonly ConfigurationFault[] {
  return EXTRA_NAMES.map((path) => ({ path, value: Reflect.get(options, path) as unknown }))
    .filter(({ value }) => value !== undefined && typeof value !== 'boolean')
    .map(({ path, value }) => ({ path, message: `${shownValue(value)} is not true or false.` }));
}

function throwIfAny(faults: readonly ConfigurationFault[]): void {
  if (faults.length > 0) throw new AuthConfigurationError(faults);
}
