import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

const DEFAULT_PORT = 3_000;

/**
 * The port that the environment names; 0 is any free one.
 *
 * @throws RangeError that says what to write.
 */
export function portFrom(text: string | undefined): number {
  if (!text) return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new RangeError(
    `PORT is ${JSON.stringify(text)}, which is no port. Give a number from 0 to 65535: PORT=0 npm start takes any that is free.`,
  );
}

/** A port that is free now. DPoP proofs name the address of the API, so it is known before the API starts. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
