// Once more, with the other signature verifier: see scripts/test-files.cjs.
import '../support/with-node-crypto.js';
import './algorithms.spec.js';
import './claims.spec.js';
import './encoding.spec.js';
import './header-members.spec.js';
import './issuer.spec.js';
import './key-servers.spec.js';
import './replaced-promise.spec.js';
import './size-and-time.spec.js';
