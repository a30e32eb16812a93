#!/usr/bin/env node
import { run } from './program.js';
import { processTerminal } from './terminal.js';

// Not process.exit(): what was written to a pipe would be cut off.
process.exitCode = await run(process.argv.slice(2), processTerminal());
