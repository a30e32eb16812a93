// In one process: see scripts/test-files.cjs.
import './dpop.spec.js';
import './dpop-proofs.spec.js';
import './dpop-provider.spec.js';
import './two-bindings.spec.js';
import './dpop-transports.spec.js';
