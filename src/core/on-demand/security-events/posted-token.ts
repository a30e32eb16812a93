import type { Readable } from 'node:stream';

/** How long a body may take to come, and the rest of one that is too large. */
const BODY_TIMEOUT_MS = 5_000;

/** What is read of a request: Express' and Fastify's have it. With Fastify `body` is the stream itself. */
export interface PostedRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
}

/**
 * The body of a request, whether or not a parser of the application was there first.
 *
 * @returns text, or what a parser has made of it.
 * @throws Error when it is too large or too slow, as a rejection.
 */
export async function bodyOf(request: PostedRequest, maxBytes: number): Promise<unknown> {
  const { body } = request;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  if (body === undefined || body === null) return textOf(request as unknown as Readable, maxBytes);
  return isStream(body) ? textOf(body, maxBytes) : body;
}

/** The media type of a body, without parameters. */
export function mediaTypeOf({ headers }: PostedRequest): string {
  const type = headers['content-type'];
  return typeof type === 'string' ? (type.split(';')[0] as string).trim().toLowerCase() : '';
}

/** The one value of a form's parameter; `undefined` where it is missing or there twice. */
export function formParameter(body: unknown, name: string): string | undefined {
  if (typeof body === 'string') {
    const values = new URLSearchParams(body).getAll(name);
    return values.length === 1 ? values[0] : undefined;
  }
  const value = (Object(body) as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : undefined;
}

function textOf(stream: Readable, maxBytes: number): Promise<string> {
  // Read by something that kept nothing of it.
  if (stream.readableEnded || stream.destroyed) return Promise.resolve('');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(
      () => giveUp(`no whole body within ${BODY_TIMEOUT_MS} ms`),
      BODY_TIMEOUT_MS,
    );
    const done = (): void => {
      clearTimeout(timer);
      stream.off('data', take).off('end', finish).off('close', leave).off('error', leave);
    };
    const finish = (): void => {
      done();
      resolve(Buffer.concat(chunks).toString());
    };
    const leave = (): void => {
      done();
      reject(new Error('the connection was closed'));
    };
    const giveUp = (why: string): void => {
      done();
      discard(stream);
      reject(new Error(why));
    };
    const take = (chunk: Buffer): void => {
      size += chunk.byteLength;
      if (size > maxBytes) giveUp(`more than ${maxBytes} bytes`);
      else chunks.push(chunk);
    };
    stream.on('data', take).once('end', finish).once('close', leave).once('error', leave);
  });
}

/** Lets the rest pass unread, so that the answer reaches who still sends; for a while, then the connection goes. */
function discard(stream: Readable): void {
  const timer = setTimeout(() => stream.destroy(), BODY_TIMEOUT_MS).unref();
  stream.on('error', () => undefined).once('close', () => clearTimeout(timer));
  stream.resume();
}

function isStream(value: unknown): value is Readable {
  return typeof (Object(value) as { pipe?: unknown }).pipe === 'function';
}
