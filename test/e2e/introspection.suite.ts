// In one process: see scripts/test-files.cjs.
import './introspection.spec.js';
import './introspection-always.spec.js';
import './introspection-cache.spec.js';
import './introspection-credentials.spec.js';
import './introspection-everywhere.spec.js';
import './introspection-oidc-provider.spec.js';
import './introspection-outage.spec.js';
import './introspection-routing.spec.js';
import './introspection-signed-answers.spec.js';
