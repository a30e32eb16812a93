// In one process: see scripts/test-files.cjs.
import './gateways.spec.js';
import './gateway-admission.spec.js';
import './gateway-connections.spec.js';
import './gateway-messages.spec.js';
import './gateway-middleware.spec.js';
import './gateway-open-connections.spec.js';
import './gateway-silence.spec.js';
import './global-guards.spec.js';
import './gateway-inheritance.spec.js';
