import { AuthConfigurationError, type ConfigurationFault } from './config/configuration-error.js';
import { optionNames } from './config/option.js';
import { isOptionsObject } from './config/value-kinds.js';
import { CANNOT_BE_READ, readMembers } from './config/read-members.js';
import { AuthModuleSchema } from './config/module-schema.js';
import { kindOf, shownValue } from './core/util/shown-value.js';
import { EXTRA_NAMES, unknownOption } from './config/unknown-option.js';

type Options = Readonly<Record<string, unknown>>;

/** Ways to make the configuration, each with what it must be. */
const SOURCES: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  useFactory: (value) => functionFault(value, 'Give a function that returns the configuration.'),
  useClass: (value) => functionFault(value, 'Give a class with a method create().'),
  useExisting: (value) =>
    value === null ? 'null is not a provider. Give its class or token.' : undefined,
};
const LISTS = ['inject', 'imports', 'provideInjectionTokensFrom'];
const ASYNC_NAMES = [...Object.keys(SOURCES), ...LISTS, ...EXTRA_NAMES];

/**
 * The configuration and the options beside it, as members that Nest sees. The options beside it are checked
 * here because they are needed before the configuration: a mistake could leave every route open.
 *
 * @throws AuthConfigurationError with every fault of it.
 */
export function syncOptions<Given extends object>(given: Given): Given {
  const options = wholeConfig(given);
  throwIfAny(faultsOfExtras(options as Options));
  return options;
}

/**
 * The options of `forRootAsync`, as members that Nest sees. The configuration itself is validated once it
 * is available.
 *
 * @throws AuthConfigurationError with every fault.
 */
export function asyncOptions<Given extends object>(given: Given): Given {
  const own = withOwnMembers(given, ASYNC_NAMES);
  const unknown = Object.keys(own).filter((name) => !ASYNC_NAMES.includes(name));
  const options = own as Options;
  const sources = Object.keys(SOURCES).filter((name) => options[name] !== undefined);
  throwIfAny([
    ...unknown.map((name) => ({ path: name, message: unknownOption(name, ASYNC_NAMES) })),
    ...(sources.length === 1 ? [] : [sourceFault(sources)]),
    ...sources.flatMap((path) => faultAt(path, SOURCES[path]?.(options[path]))),
    ...LISTS.flatMap((path) => faultAt(path, listFault(options[path]))),
    ...faultsOfExtras(options),
  ]);
  return own;
}

/**
 * The configuration of the module, and the wiring beside it, as members that a copy has as well.
 *
 * @throws AuthConfigurationError when one can't be read.
 */
export function wholeConfig<Config extends object>(config: Config): Config {
  return withOwnMembers(config, [...optionNames(AuthModuleSchema), ...EXTRA_NAMES]);
}

/**
 * The same options as own members of the object, wherever they came from: Nest copies options, and copies
 * only own members. Unknown names stay, without their values, so that validation reports them.
 *
 * @throws AuthConfigurationError when one can't be read.
 */
function withOwnMembers<Given extends object>(options: Given, known: readonly string[]): Given {
  const faults: ConfigurationFault[] = [];
  const report = (path: string, message: string): void => {
    faults.push({ path, message });
  };
  try {
    if (!isOptionsObject(options)) return options;
    const members = readMembers(options, known, report);
    const unknown = Object.keys(options).filter((name) => !known.includes(name));
    if (faults.length === 0)
      return { ...Object.fromEntries(unknown.map((name) => [name, null])), ...members } as Given;
  } catch {
    report('', CANNOT_BE_READ);
  }
  throw new AuthConfigurationError(faults);
}

function functionFault(value: unknown, remedy: string): string | undefined {
  return typeof value === 'function' ? undefined : `${kindOf(value)} can’t be used here. ${remedy}`;
}

function listFault(value: unknown): string | undefined {
  if (value === undefined || Array.isArray(value)) return undefined;
  return `${kindOf(value)} is not a list. Write [ ].`;
}

function faultAt(path: string, message: string | undefined): readonly ConfigurationFault[] {
  return message === undefined ? [] : [{ path, message }];
}

function sourceFault(given: readonly string[]): ConfigurationFault {
  const found = given.length === 0 ? 'no way to' : `${given.join(' and ')} to`;
  return {
    path: '',
    message: `forRootAsync has ${found} make the configuration. Give one of ${Object.keys(SOURCES).join(', ')}.`,
  };
}

function faultsOfExtras(options: Options): readonly ConfigurationFault[] {
  return EXTRA_NAMES.map((path) => ({ path, value: options[path] }))
    .filter(({ value }) => value !== undefined && typeof value !== 'boolean')
    .map(({ path, value }) => ({ path, message: `${shownValue(value)} is not true or false.` }));
}

function throwIfAny(faults: readonly ConfigurationFault[]): void {
  if (faults.length > 0) throw new AuthConfigurationError(faults);
}
