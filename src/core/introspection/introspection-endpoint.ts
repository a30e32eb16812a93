import type { HttpResponse } from '../../config/http-config.js';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { type DiscoveredAddress, discoverIntrospection } from '../keys/discovery.js';
import { codeOf, describeFailure } from '../keys/failure-description.js';
import { FetchBackOff } from '../keys/fetch-back-off.js';
import { fetchJson } from '../keys/json-fetcher.js';
import { requestHeaders } from '../keys/request-headers.js';
import { sendRequest } from '../keys/send-request.js';
import { discard, readBody, shownAddress } from '../keys/text-fetcher.js';
import { type Clock, type Deadline, elapsedMs, withDeadline } from '../util/clock.js';
import { attempt } from '../util/safe-logger.js';
import type { ClientCredentials } from './client-authentication.js';
import { failureOf, IntrospectionFailure } from './introspection-failure.js';
import { INTROSPECTION_LIMITS } from './introspection-limits.js';
import type { IntrospectionReporter } from './introspection-reporter.js';
import { KeptConnections } from './kept-connections.js';

/** An answer with status 200, as it came. */
export interface EndpointAnswer {
  readonly text: string;
  readonly contentType: string;
}

interface Known {
  readonly address: DiscoveredAddress;
  readonly at: number;
}

/**
 * The introspection endpoint of one issuer: where it is, and one question to it. The only addresses asked are
 * the configured one or, without one, that of the issuer's own metadata. No redirect is followed: it would
 * carry the token and the credentials to another address.
 */
export class IntrospectionEndpoint {
  private known: Known | undefined;
  private finding: Promise<DiscoveredAddress> | undefined;
  private readonly backOff: FetchBackOff;
  private readonly connections = new KeptConnections();

  constructor(
    private readonly policy: IssuerPolicy,
    private readonly clock: Clock,
    private readonly report: IntrospectionReporter,
  ) {
    this.backOff = new FetchBackOff(clock);
  }

  /**
   * @param form as it is sent.
   * @param accept what kinds of answer are taken.
   * @throws IntrospectionFailure as a rejection.
   */
  async post(
    form: string,
    credentials: ClientCredentials['headers'],
    { accept, deadline }: { readonly accept: string; readonly deadline: Deadline },
  ): Promise<EndpointAnswer> {
    const address = this.address();
    const { url, guard, remedy } = address instanceof Promise ? await address : address;
    const { http } = this.policy;
    let response: HttpResponse;
    try {
      const headers = await requestHeaders(url, http.headers);
      headers['accept'] = accept;
      headers['content-type'] = 'application/x-www-form-urlencoded';
      Object.assign(headers, credentials);
      const { connections } = this;
      response = await sendRequest(
        url,
        { headers, body: form, deadline, connections },
        http,
        guard,
      );
    } catch (cause) {
      const why = remedy === undefined ? '' : `: ${remedy}`;
      throw failureOf(cause, 'unreachable', `${shownAddress(url)} cannot be reached${why}`);
    }
    return this.read(response, url);
  }

  /** Looks the address up again before the next call, where it comes from the metadata. */
  forget(): void {
    this.known = undefined;
  }

  private async read(response: HttpResponse, url: string): Promise<EndpointAnswer> {
    const { status, headers } = response;
    if (status === 401 || status === 403) {
      await discard(response);
      throw credentialsRefused(url, status);
    }
    if (status !== 200 && status !== 400) {
      await discard(response);
      throw statusUnusable(url, status);
    }
    const text = await this.textOf(response, url);
    if (status === 400) throw badRequest(text, url);
    return { text, contentType: headers.get('content-type') ?? '' };
  }

  private async textOf(response: HttpResponse, url: string): Promise<string> {
    try {
      return await readBody(response, this.policy.http.maxBytes);
    } catch (cause) {
      const kind = isCutOff(cause) ? 'unreachable' : 'unusable';
      throw new IntrospectionFailure(kind, `the answer of ${shownAddress(url)} cannot be read`, {
        cause,
      });
    }
  }

  private address(): DiscoveredAddress | Promise<DiscoveredAddress> {
    const { endpoint } = this.policy.introspection ?? {};
    if (endpoint !== undefined) return { url: endpoint, guard: undefined };
    const { known } = this;
    if (known === undefined) return this.find();
    const ageMs = elapsedMs(known.at, this.clock.now());
    if (ageMs >= INTROSPECTION_LIMITS.staleIfErrorSeconds * 1_000) return this.find();
    if (ageMs >= INTROSPECTION_LIMITS.freshSeconds * 1_000 && this.backOff.remainingMs === 0)
      // In the background: no call waits for an address that is known.
      this.find().catch((error: unknown) => this.report.addressKept(describeFailure(error)));
    return known.address;
  }

  /** All calls share one look-up at a time. */
  private find(): Promise<DiscoveredAddress> {
    this.finding ??= this.discovered().finally(() => (this.finding = undefined));
    return this.finding;
  }

  private async discovered(): Promise<DiscoveredAddress> {
    const { issuer, http, keys } = this.policy;
    const documentUrl = keys && 'discovery' in keys ? keys.discovery : undefined;
    const terms = { issuer, documentUrl, allowInsecure: http.allowInsecure };
    try {
      const address = await withDeadline(http.timeoutMs, (deadline) =>
        discoverIntrospection(terms, (url, guard) => fetchJson(url, http, deadline, guard)),
      );
      this.known = { address, at: this.clock.now() };
      this.backOff.succeeded();
      return address;
    } catch (cause) {
      this.backOff.failed();
      throw new IntrospectionFailure('unreachable', 'the introspection endpoint is not known', {
        cause,
      });
    }
  }
}

const CUT_OFF = /^(?:ECONN|EPIPE|ETIMEDOUT|ERR_STREAM_PREMATURE_CLOSE|UND_ERR)/;

/** By what Node's own client, undici and node-fetch say of a connection that broke. */
function isCutOff(error: unknown): boolean {
  // The error of `fetch` has undici's as its cause.
  const cause = attempt(() => (Object(error) as Error).cause);
  return [error, cause].some((one) => CUT_OFF.test(codeOf(one) ?? ''));
}

function credentialsRefused(url: string, status: number): IntrospectionFailure {
  return new IntrospectionFailure(
    'credentials',
    `${shownAddress(url)} refuses the credentials of this API (status ${status}): check clientId and the secret or key, and that this client may introspect`,
  );
}

/** RFC 6749 section 5.2. Nothing of the body goes any further. */
function badRequest(text: string, url: string): IntrospectionFailure {
  const isOurs = /"error"\s*:\s*"(?:invalid_client|unauthorized_client)"/.test(text);
  return isOurs ? credentialsRefused(url, 400) : statusUnusable(url, 400);
}

function statusUnusable(url: string, status: number): IntrospectionFailure {
  return new IntrospectionFailure('unusable', `${shownAddress(url)} answers with status ${status}`);
}
