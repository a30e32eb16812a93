// In one process: see scripts/test-files.cjs.
import './back-channel-logout.spec.js';
import './logout-issuers.spec.js';
import './oidc-provider-logout.spec.js';
import './shared-signals.spec.js';
