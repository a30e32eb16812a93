// In one process: see scripts/test-files.cjs.
import './challenge-grammar.spec.js';
import './dpop-negative.spec.js';
import './ssf-receiver.spec.js';
