// In one process: see scripts/test-files.cjs.
import './keys-in-doubt.spec.js';
import './keys-outage.spec.js';
import './keys-refresh-ahead.spec.js';
import './keys-replaced.spec.js';
import './keys-rotation.spec.js';
import './keys-unavailable.spec.js';
import './key-status.spec.js';
import './discovery.spec.js';
import './health.spec.js';
