// In one process: see scripts/test-files.cjs.
import './keys-address-guard.spec.js';
import './keys-edwards.spec.js';
import './keys-fetching.spec.js';
import './keys-flood.spec.js';
import './keys-hostile-server.spec.js';
import './keys-many.spec.js';
