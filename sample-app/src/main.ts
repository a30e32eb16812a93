import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MemoryRevocationStore } from 'nestjs-trusted-issuers';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { appModuleTrusting, type Surroundings } from './app.module.js';
import { ConsoleModule } from './console/console.module.js';
import { LiveNumbers } from './console/live-numbers.js';
import type { Processes } from './console/logouts.js';
import { RequestTraces } from './console/request-traces.js';
import { servePage } from './console/serve-page.js';
import { TracingLogger } from './console/tracing.logger.js';
import { CORS } from './cors.js';
import { curlCalls } from './curl-calls.js';
import { startSampleIssuers } from './issuers/sample-issuers.js';
import { McpServer } from './mcp/mcp-server.js';
import { freePort, portFrom } from './port.js';
import { printCalls } from './print-calls.js';
import { SecondProcess } from './processes/second-process.js';
import { sampleTokens } from './sample-tokens.js';

// DPoP proofs name the address of the API, so it is known before the API starts.
const port = portOrEnd() || (await freePort());
const url = `http://127.0.0.1:${port}`;
const issuers = await startSampleIssuers();
const traces = new RequestTraces();
const numbers = new LiveNumbers();
const store = new MemoryRevocationStore();
const second = await SecondProcess.start(issuers, store);
const processes: Processes = { first: url, second: second.url };
const surroundings: Surroundings = {
  observer: [traces.observer, numbers.observer],
  store,
  origin: url,
};

const mcp = new McpServer();

/** The API, and what its page needs beside it. */
@Module({
  imports: [
    appModuleTrusting(issuers, surroundings),
    mcp.module(),
    ConsoleModule.for(issuers, { traces, numbers }, processes),
  ],
})
class SampleModule {}

const logger = new TracingLogger(traces);
const app = await NestFactory.create<NestExpressApplication>(SampleModule, {
  logger,
  // A browser keeps connections open, and the end would wait for them.
  forceCloseConnections: true,
  cors: CORS,
});
app.use('/notes', traces.use.bind(traces));
await mcp.serveIn(app);
servePage(app, [url, issuers.oidc.issuer, second.url]);

/** The same API below `/discreet`, which does not tell its callers why a token is refused. */
const discreet = await NestFactory.create<NestExpressApplication>(
  appModuleTrusting(issuers, { ...surroundings, disclosure: 'minimal' }),
  { logger, cors: CORS },
);
discreet.disable('x-powered-by');
discreet.use('/notes', traces.use.bind(traces));
await discreet.init();
app.use('/discreet', discreet.getHttpAdapter().getInstance());

process.once('SIGINT', stop);
process.once('SIGTERM', stop);

if (await listen()) {
  await issuers.oidc.allowLoginFrom(addressesOfThePage());
  printCalls(url, issuers, curlCalls(url, issuers, await sampleTokens(issuers)));
} else {
  await stop();
}

/** Before anything is started that would have to be stopped. */
function portOrEnd(): number {
  try {
    return portFrom(process.env['PORT']);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}

async function listen(): Promise<boolean> {
  try {
    await app.listen(port, '127.0.0.1');
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const reason = code === 'EACCES' ? 'not allowed' : 'taken';
    console.error(
      `Port ${port} is ${reason}. Name another one: PORT=0 npm start takes any that is free.`,
    );
    process.exitCode = 1;
    return false;
  }
}

/** A login comes back to the name that the page was opened by. */
function addressesOfThePage(): string[] {
  return ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${port}/`);
}

async function stop(): Promise<void> {
  await app.close();
  await discreet.close();
  await second.close();
  await Promise.all(Object.values(issuers).map((issuer) => issuer.close()));
}
