// In one process: see scripts/test-files.cjs.
import './access-tokens.spec.js';
import './algorithms.spec.js';
import './introspection.spec.js';
import './rotation.spec.js';
import './test-certificate.spec.js';
import './test-issuer.spec.js';
