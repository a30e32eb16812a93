import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** For servers that take an address and don't say which port they chose. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}
