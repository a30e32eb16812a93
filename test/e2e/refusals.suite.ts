// In one process: see scripts/test-files.cjs.
import './refusals.spec.js';
import './disclosure.spec.js';
import './disclosure.property.spec.js';
import './problem-details.spec.js';
import './error-reference.spec.js';
import './answer-headers.spec.js';
import './answers-at-once.spec.js';
import './cors.spec.js';
import './foreign-filters.spec.js';
import './own-guards-and-filters.spec.js';
import './raw-request.spec.js';
import './unreadable-errors.spec.js';
import './observer.spec.js';
import './opentelemetry.spec.js';
