// In one process: see scripts/test-files.cjs.
import './algorithms.spec.js';
import './claims.spec.js';
import './dpop-proofs.spec.js';
import './encoding.spec.js';
import './header-members.spec.js';
import './issuer.spec.js';
import './replaced-promise.spec.js';
