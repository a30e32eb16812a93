import { AuthModuleDto } from './auth-module.dto.js';
import { withOwnMembers } from './option-members.js';
import { optionNames } from './option-names.js';
import { EXTRA_NAMES } from './unknown-option.js';

const NAMES = [...optionNames(AuthModuleDto), ...EXTRA_NAMES];

/**
 * The configuration of the module, and the wiring beside it, as members that a copy has as well.
 *
 * @throws AuthConfigurationError when one can't be read.
 */
export function wholeConfig<Config extends object>(config: Config): Config {
  return withOwnMembers(config, NAMES);
}
