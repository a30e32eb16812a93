// In one process: see scripts/test-files.cjs.
import './configuration.spec.js';
import './key-servers.spec.js';
import './security-events.spec.js';
import './security-events.property.spec.js';
import './size-and-time.spec.js';
