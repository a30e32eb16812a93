import type { TrustedIssuerConfig } from 'nestjs-trusted-issuers';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { sendJson } from './steerable-key-server.js';
import { closeServer, listenOnLoopback } from './loopback.js';

/** One question, as it came. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly form: URLSearchParams;
  readonly body: string;
}

/** What is answered: an object as JSON, or whatever a function does. */
export type Answered = object | string | number | null | RequestListener;

/** An introspection endpoint that says what a test wants it to say, mostly nonsense. */
export class IntrospectionServer {
  readonly questions: Question[] = [];
  /** Most questions that were open at a time. */
  greatestUnderWay = 0;
  /** How many connections were opened. */
  connections = 0;
  private underWay = 0;
  private answering: (question: Question) => Answered | Promise<Answered> = () => ({});

  private constructor(
    readonly origin: string,
    readonly closeIdleConnections: () => void,
    private readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<IntrospectionServer> {
    const server = createServer();
    const port = await listenOnLoopback(server);
    const origin = `http://127.0.0.1:${port}`;
    const endpoint = new IntrospectionServer(
      origin,
      () => server.closeIdleConnections(),
      async () => {
        await closeServer(server);
      },
    );
    server.on('connection', () => endpoint.connections++);
    server.on('request', (request, response) => {
      endpoint.serve(request, response).catch(() => response.destroy());
    });
    return endpoint;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const body = await bodyOf(request);
    const question = { method, path, headers, body, form: new URLSearchParams(body) };
    this.questions.push(question);
    this.greatestUnderWay = Math.max(this.greatestUnderWay, ++this.underWay);
    response.once('close', () => this.underWay--);
    const answered = await this.answering(question);
    if (typeof answered === 'function') (answered as RequestListener)(request, response);
    else sendJson(answered)(request, response);
  }

  get endpoint(): string {
    return `${this.origin}/introspect`;
  }

  /** An issuer whose tokens this server is asked about; nothing else of it is there. */
  config(more: Partial<TrustedIssuerConfig> = {}): TrustedIssuerConfig {
    return {
      issuer: this.origin,
      audience: 'https://api.example.com',
      ...more,
      introspection: {
        endpoint: this.endpoint,
        clientId: 'api',
        clientSecret: 'the secret of this API',
        ...more.introspection,
      },
    };
  }

  answer(answered: Answered): void {
    this.answering = () => answered;
  }

  answerWith(answering: (question: Question) => Answered | Promise<Answered>): void {
    this.answering = answering;
  }

  close(): Promise<void> {
    return this.stop();
  }
}

/** A good answer, of a token that is meant for the tests’ API. */
export function activeAnswer(more: object = {}): object {
  return {
    active: true,
    sub: 'alice',
    aud: 'https://api.example.com',
    client_id: 'app',
    exp: Math.floor(Date.now() / 1_000) + 600,
    ...more,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
