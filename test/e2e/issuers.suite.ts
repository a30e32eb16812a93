// In one process: see scripts/test-files.cjs.
import './several-issuers.spec.js';
import './trusted-issuers.spec.js';
import './issuer-aliases.spec.js';
import './resolve-issuer.spec.js';
import './tenant-templates.spec.js';
import './distrusted-tenants.spec.js';
import './require-issuer.spec.js';
import './roles-of-issuers.spec.js';
import './scope-implies.spec.js';
import './scope-matches.spec.js';
import './shared-subject.spec.js';
import './token-kinds.spec.js';
import './named-headers.spec.js';
import './token-sources.spec.js';
import './identities.spec.js';
