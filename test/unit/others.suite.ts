// In one process: see scripts/test-files.cjs.
import './cli/explain-command.spec.js';
import './client/browser.spec.js';
import './client/parse-challenge.spec.js';
import './client/should-refresh.spec.js';
import './layout.spec.js';
import './mcp/mcp.spec.js';
import './redis/stream-position.spec.js';
