// In one process: see scripts/test-files.cjs.
import './revocations.spec.js';
import './revocation-store.spec.js';
import './revocation-watching.spec.js';
