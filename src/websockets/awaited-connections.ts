/** What is used of a socket of socket.io and of its namespace. */
interface NamespaceSocket {
  readonly nsp: Namespace;
}

interface Namespace {
  on(event: 'connection', listener: (socket: object) => void): unknown;
}

/**
 * Sockets that a middleware let through and that may connect yet, or never: other middlewares follow, which
 * take their time and turn away. Only the namespace is told of a connection, so it has one listener for all of
 * its sockets, and one that never connects leaves nothing behind.
 */
export class AwaitedConnections {
  private readonly awaited = new WeakSet();
  private readonly namespaces = new WeakSet();

  constructor(private readonly onConnected: (socket: object) => void) {}

  await(socket: object): void {
    this.awaited.add(socket);
    const { nsp } = socket as NamespaceSocket;
    if (this.namespaces.has(nsp)) return;
    this.namespaces.add(nsp);
    nsp.on('connection', (connected) => {
      if (this.awaited.delete(connected)) this.onConnected(connected);
    });
  }
}
