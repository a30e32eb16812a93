/** What the matchers need of an answer, whichever client received it. */
export interface ReceivedAnswer {
  readonly status: number;
  /** Value of `WWW-Authenticate`; several are joined as one. */
  readonly challenge: string | undefined;
  /** The body as text; empty when there is none, `undefined` when it was read before. */
  readonly text: string | undefined;
}

/** The part of a `fetch` response that is read. */
export interface FetchedResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly bodyUsed?: boolean;
  clone(): { text(): Promise<string> };
}

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads a response of supertest (`status`, `headers`, `text`), of Fastify's `inject` (`statusCode`,
 * `headers`, `payload`) or of `fetch`, whose body takes a promise to read. Its body stays readable.
 *
 * @throws TypeError for anything else.
 */
export function receivedAnswer(response: unknown): ReceivedAnswer | Promise<ReceivedAnswer> {
  if (typeof response !== 'object' || response === null) throw notAnAnswer();
  if (isFetched(response)) return fetchedAnswer(response);
  const { status, statusCode, headers, text, payload } = response as Members;
  const body = [text, payload].find((candidate) => typeof candidate === 'string') ?? '';
  return {
    ...headOf(status ?? statusCode, (headers as Members | undefined)?.['www-authenticate']),
    text: body as string,
  };
}

async function fetchedAnswer(response: FetchedResponse): Promise<ReceivedAnswer> {
  // A body that was read has no copy.
  const text = response.bodyUsed ? undefined : await response.clone().text();
  return { ...headOf(response.status, challengeOf(response.headers)), text };
}

/** By its members: a test environment may have a `Response` class of its own. */
function isFetched(response: object): response is FetchedResponse {
  const { headers, clone } = response as Partial<FetchedResponse>;
  return typeof headers?.get === 'function' && typeof clone === 'function';
}

function challengeOf(headers: FetchedResponse['headers']): string | undefined {
  return headers.get('www-authenticate') ?? undefined;
}

function headOf(status: unknown, challenge: unknown): Pick<ReceivedAnswer, 'status' | 'challenge'> {
  if (typeof status !== 'number') throw notAnAnswer();
  const value = Array.isArray(challenge) ? challenge.join(', ') : challenge;
  return { status, challenge: value as string | undefined };
}

function notAnAnswer(): TypeError {
  return new TypeError(
    'expected a response of supertest, of Fastify’s inject() or of fetch(). Is an "await" missing?',
  );
}
