// In one process: see scripts/test-files.cjs.
import './test-issuer.spec.js';
import './access-tokens.spec.js';
import './algorithms.spec.js';
import './rotation.spec.js';
import './test-certificate.spec.js';
