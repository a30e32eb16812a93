// In one process: see scripts/test-files.cjs.
import './access-modes.spec.js';
import './authorization.spec.js';
import './beside-auth-guard.spec.js';
import './caches.spec.js';
import './caller-of.spec.js';
import './current-identity-pipes.spec.js';
import './decorators-that-hold.spec.js';
import './placeholder-audience.spec.js';
import './sample-app.spec.js';
import './sample-console.spec.js';
import './step-up.spec.js';
import './verified-token-cache.spec.js';
import './verify-request.spec.js';
import './written-in-other-places.spec.js';
import './written-is-enforced.spec.js';
import './configuration-classes.spec.js';
import './revocations.spec.js';
