// In one process: see scripts/test-files.cjs.
import './doctor.spec.js';
import './inspect.spec.js';
import './inspect-binding.spec.js';
import './introspection.spec.js';
import './issuer.spec.js';
import './token.spec.js';
