// In one process: see scripts/test-files.cjs.
import './mcp-tools.spec.js';
import './mcp-endpoints.spec.js';
import './mcp-clients.spec.js';
