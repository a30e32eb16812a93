#!/usr/bin/env node
import { endProcess, guardOutput, guardVerdict } from './process-output.js';
import { run } from './program.js';
import { processTerminal } from './terminal.js';

guardOutput();
guardVerdict();
// What a configuration has opened, such as a pool, would keep the process alive.
await endProcess(await run(process.argv.slice(2), processTerminal()));
