import { NestFactory } from '@nestjs/core';
import { appModuleTrusting, type Trusted } from '../app.module.js';
import { CORS } from '../cors.js';
import type { Ready } from './store-messages.js';
import { type Channel, StoreOfParent } from './store-of-parent.js';

/** What `SecondProcess` starts. */
const trusted = JSON.parse(process.argv[2] ?? '') as Trusted;
const store = new StoreOfParent(process as unknown as Channel);
const app = await NestFactory.create(appModuleTrusting(trusted, { store }), {
  logger: ['error', 'warn'],
  forceCloseConnections: true,
  cors: CORS,
});
// The first process ends both; until then a Ctrl-C of the terminal, which reaches both, is its to handle.
process.once('disconnect', () => void app.close());
process.on('SIGINT', () => undefined);

await app.listen(0, '127.0.0.1');
const ready: Ready = { url: new URL(await app.getUrl()).origin };
process.send?.(ready);
