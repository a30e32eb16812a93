/** What is used of a socket of socket.io and of its server's options. */
interface Recoverable {
  readonly nsp?: { readonly server?: { readonly opts?: { connectionStateRecovery?: unknown } } };
}

/**
 * With `connectionStateRecovery` socket.io gives a socket back its rooms, and what it has missed, before any
 * middleware or gateway is asked, and then asks no middleware: whose token was revoked would hear on.
 *
 * @throws Error for a socket of a server that has it.
 */
export function refuseStateRecovery(client: Recoverable): void {
  if (!client.nsp?.server?.opts?.connectionStateRecovery) return;
  throw new Error(
    'connectionStateRecovery of socket.io delivers what a socket has missed before its token is checked. ' +
      'Sockets are refused while it is on: turn it off.',
  );
}
