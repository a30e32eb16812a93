// In one process: see scripts/test-files.cjs.
import './microservices.spec.js';
import './grpc.spec.js';
import './shared-message-contexts.spec.js';
import './streams-and-methods.spec.js';
import './other-contexts.spec.js';
