import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MemoryRevocationStore } from 'nestjs-trusted-issuers';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { appModuleTrusting } from './app.module.js';
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
import { portFrom } from './port.js';
import { printCalls } from './print-calls.js';
import { SecondProcess } from './processes/second-process.js';
import { sampleTokens } from './sample-tokens.js';

const port = portOrEnd();
const issuers = await startSampleIssuers();
const traces = new RequestTraces();
const numbers = new LiveNumbers();
const store = new MemoryRevocationStore();
const second = await SecondProcess.start(issuers, store);
const processes: Processes = { second: second.url };

const mcp = new McpServer();

/** The API, and what its page needs beside it. */
@Module({
  imports: [
    appModuleTrusting(issuers, [traces.observer, numbers.observer], store),
    mcp.module(),
    ConsoleModule.for(issuers, { traces, numbers }, processes),
  ],
})
class SampleModule {}

const app = await NestFactory.create<NestExpressApplication>(SampleModule, {
  logger: new TracingLogger(traces),
  // A browser keeps connections open, and the end would wait for them.
  forceCloseConnections: true,
  cors: CORS,
});
app.use('/notes', traces.use.bind(traces));
await mcp.serveIn(app);
servePage(app, [issuers.oidc.issuer, second.url]);

process.once('SIGINT', stop);
process.once('SIGTERM', stop);

if (await listen()) {
  // Without the slash at the end.
  const url = new URL(await app.getUrl()).origin;
  processes.first = url;
  await issuers.oidc.allowLoginFrom(addressesOfThePage(url));
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
function addressesOfThePage(url: string): string[] {
  return ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${new URL(url).port}/`);
}

async function stop(): Promise<void> {
  await app.close();
  await second.close();
  await Promise.all(Object.values(issuers).map((issuer) => issuer.close()));
}
