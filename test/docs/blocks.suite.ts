// In one process: see scripts/test-files.cjs.
import './own-guards.spec.js';
import './authorization.spec.js';
import './transports.spec.js';
import './graphql.spec.js';
import './mcp.spec.js';
import './caching.spec.js';
import './recipes.spec.js';
