// In one process: see scripts/test-files.cjs.
import './attacks.spec.js';
import './error-docs.spec.js';
import './examples.spec.js';
import './links.spec.js';
import './options-page.spec.js';
import './platforms.spec.js';
import './readme.spec.js';
import './presets.spec.js';
import './testing.spec.js';
import './refusals-page.spec.js';
import './trust-list.spec.js';
import './discovery.spec.js';
import './revocation.spec.js';
import './sender-constrained.spec.js';
import './logout.spec.js';
import './clients.spec.js';
