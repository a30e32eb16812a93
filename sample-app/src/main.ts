import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { appModuleTrusting } from './app.module.js';
import { CORS } from './cors.js';
import { curlCalls } from './curl-calls.js';
import { startOidcProviderIssuer } from './issuers/oidc-provider.issuer.js';
import { startTestKitIssuer, startUntrustedIssuer } from './issuers/test-kit.issuer.js';
import { printCalls } from './print-calls.js';
import { sampleTokens } from './sample-tokens.js';

const issuers = {
  issuer1: await startOidcProviderIssuer(),
  issuer2: await startTestKitIssuer(),
  untrusted: await startUntrustedIssuer(),
};

const app = await NestFactory.create(
  appModuleTrusting(issuers.issuer1.issuer, issuers.issuer2.issuer),
  {
    logger: ['error', 'warn'],
    // A browser keeps connections open, and the end would wait for them.
    forceCloseConnections: true,
    cors: CORS,
  },
);

process.once('SIGINT', stop);
process.once('SIGTERM', stop);

if (await listen(app, Number(process.env['PORT'] || 3_000))) {
  // Without the slash at the end.
  const url = new URL(await app.getUrl()).origin;
  printCalls(url, issuers, curlCalls(url, issuers, await sampleTokens(issuers)));
} else {
  await stop();
}

/** Port 0 stands for any free one. */
async function listen(api: INestApplication, port: number): Promise<boolean> {
  try {
    await api.listen(port, '127.0.0.1');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    console.error(
      `Port ${port} is taken. Name another one: PORT=0 npm start takes any that is free.`,
    );
    process.exitCode = 1;
    return false;
  }
}

async function stop(): Promise<void> {
  await app.close();
  await Promise.all(Object.values(issuers).map((issuer) => issuer.close()));
}
