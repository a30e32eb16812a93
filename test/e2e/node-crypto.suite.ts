// Once more, with the other signature verifier: see scripts/test-files.cjs.
import '../support/with-node-crypto.js';
import './several-issuers.spec.js';
import './tenant-templates.spec.js';
import './token-kinds.spec.js';
import './keys-edwards.spec.js';
import './keys-in-doubt.spec.js';
import './refusals.spec.js';
