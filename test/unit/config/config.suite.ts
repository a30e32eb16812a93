// In one process: see scripts/test-files.cjs.
import './config.validator.faults.spec.js';
import './config.validator.good.spec.js';
import './config.validator.keys.spec.js';
import './config.validator.nasty-input.spec.js';
import './config.validator.resource-metadata.spec.js';
import './config.validator.secrets.spec.js';
import './documented-defaults.spec.js';
import './nearest-name.spec.js';
import './shown-value.spec.js';
import './token-type.spec.js';
import './trust-list.faults.spec.js';
