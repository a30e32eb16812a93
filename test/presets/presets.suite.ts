// In one process: see scripts/test-files.cjs.
import './audience-null.spec.js';
import './aws-alb.spec.js';
import './capability-subject.spec.js';
import './introspection.spec.js';
import './normalisation.spec.js';
import './options.spec.js';
import './presets.spec.js';
import './scope-matchers.spec.js';
import './unknown-options.spec.js';
