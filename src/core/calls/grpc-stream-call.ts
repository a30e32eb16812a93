/** What is used of a gRPC call by a handler that is given the call itself (`@GrpcStreamCall()`). */
export interface GrpcStreamCall {
  readonly metadata: object;
  emit(event: 'error', error: unknown): unknown;
}

/** Ends a call of which the caller sends a stream and is sent one message. */
type Callback = (error: unknown) => void;

/** The call that a handler is given in place of a payload; `undefined` for all other handlers. */
export function streamCallOf(args: readonly unknown[]): GrpcStreamCall | undefined {
  const [call, second] = args as readonly [Partial<GrpcStreamCall> | null | undefined, unknown];
  // Other handlers get what the transport says about the message as their second argument.
  if (typeof second === 'object' && second !== null) return undefined;
  if (typeof call !== 'object' || typeof call?.emit !== 'function') return undefined;
  const { metadata } = call as { metadata?: { getMap?: unknown } };
  return typeof metadata?.getMap === 'function' ? (call as GrpcStreamCall) : undefined;
}

/**
 * Ends such a call with an error, and with it the handling of the call. Nothing may be thrown, because Nest
 * does not catch what these handlers throw or reject with, and that would end the process.
 */
export function endStreamCall(args: readonly unknown[], error: unknown): Promise<never> {
  const [call, callback] = args as readonly [GrpcStreamCall, Callback | undefined];
  if (typeof callback === 'function') callback(error);
  else call.emit('error', error);
  return new Promise(() => {});
}
