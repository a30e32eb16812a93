// In one process: see scripts/test-files.cjs.
import './documented-defaults.spec.js';
import './nearest-name.spec.js';
import './read-once.spec.js';
import './relations.spec.js';
import './scope-implies.spec.js';
import './shown-value.spec.js';
import './token-type.spec.js';
import './trust-list-faults.spec.js';
import './validate-config-faults.spec.js';
import './validate-config-good.spec.js';
import './validate-config-keys.spec.js';
import './validate-config-metadata.spec.js';
import './validate-config-nasty-input.spec.js';
import './validate-config-resource-metadata.spec.js';
import './validate-config-secrets.spec.js';
import './validate-config-revocation.spec.js';
import './validate-config-security-events.spec.js';
