// In one process: see scripts/test-files.cjs.
import './graphql.spec.js';
import './graphql-caches.spec.js';
import './graphql-connections.spec.js';
import './graphql-contexts.spec.js';
import './graphql-jit.spec.js';
import './graphql-refusals.spec.js';
import './graphql-subscriptions.spec.js';
import './start-up-audit-graphql.spec.js';
import './revocations-open.spec.js';
