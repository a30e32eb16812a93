// In one process: see scripts/test-files.cjs.
import './refusal-reasons.spec.js';
import './demand-reasons.spec.js';
import './should-refresh.spec.js';
import './isolation.spec.js';
import './event-streams.spec.js';
