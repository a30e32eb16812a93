// In one process: see scripts/test-files.cjs.
import './matchers.spec.js';
import './auth-testing.spec.js';
import './graphql.spec.js';
