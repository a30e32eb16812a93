/** A socket of socket.io. */
interface SocketIoSocket {
  readonly connected: boolean;
  emit(event: string, data: unknown): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
  disconnect(closeConnection: boolean): unknown;
}

/** A socket of ws. Its `emit` reaches only listeners in this process, not the client. */
interface NativeSocket {
  readonly readyState: number;
  once(event: 'close', listener: () => void): unknown;
  send(text: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** RFC 6455 section 7.4: the first of the close codes that applications may give a meaning. */
const FIRST_PRIVATE_CLOSE_CODE = 4_000;
const OPEN = 1;

/** How long a client may take to agree to the end; ws itself gives it 30 seconds. */
const CLOSING_MS = 1_000;

/** One way to talk to the sockets of both libraries. */
export class ConnectedSocket {
  private readonly native: NativeSocket | undefined;
  private readonly socketIo: SocketIoSocket | undefined;

  constructor(client: object) {
    if (typeof (client as Partial<NativeSocket>).readyState === 'number')
      this.native = client as NativeSocket;
    else this.socketIo = client as SocketIoSocket;
  }

  get isOpen(): boolean {
    return this.native ? this.native.readyState === OPEN : this.socketIo?.connected === true;
  }

  /** Sends Nest's event for errors. */
  tell(error: unknown): void {
    if (this.native) this.native.send(JSON.stringify({ event: 'exception', data: error }));
    else this.socketIo?.emit('exception', error);
  }

  /**
   * @param status of HTTP; the close code of a ws socket is 4000 more, as 4401.
   * @param reason a word; the token must never be in it.
   */
  close(status: number, reason: string): void {
    const { native } = this;
    if (!native) return void this.socketIo?.disconnect(true);
    native.close(FIRST_PRIVATE_CLOSE_CODE + status, reason);
    const timer = setTimeout(() => native.terminate(), CLOSING_MS).unref();
    native.once('close', () => clearTimeout(timer));
  }

  onClosed(listener: () => void): void {
    if (this.native) this.native.once('close', listener);
    else this.socketIo?.once('disconnect', listener);
  }
}
