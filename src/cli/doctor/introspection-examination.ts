import type { Introspector } from '../../core/introspection/introspector.js';
import type { TrustedIssuer } from '../../core/issuers/trusted-issuer.js';
import { causesOf } from '../failure-causes.js';

/** What was found of an introspection endpoint. */
export interface IntrospectionExamination {
  readonly works: boolean;
  /** Time it took to answer, in milliseconds. */
  readonly tookMs: number;
  /** What is wrong. */
  readonly faults: readonly string[];
  readonly remedy?: string;
}

/** Asks an endpoint about a token that was never issued: it must say that it is not active. */
export async function examineIntrospection(
  introspector: Introspector,
  { policy }: TrustedIssuer,
): Promise<IntrospectionExamination> {
  const begun = performance.now();
  const tookMs = (): number => Math.round(performance.now() - begun);
  try {
    await introspector.probe();
    return { works: true, tookMs: tookMs(), faults: [] };
  } catch (error) {
    const { lastError } = introspector.status();
    const faults = lastError === undefined ? causesOf(error) : [lastError.message];
    const [, remedy] = REMEDIES.find(([sign]) => sign.test(faults.join())) ?? [];
    const open = `Open ${policy.introspection?.endpoint ?? 'the introspection_endpoint of its metadata'} from this machine: it must answer.`;
    return { works: false, tookMs: tookMs(), faults, remedy: remedy ?? open };
  }
}

const REMEDIES: readonly (readonly [sign: RegExp, remedy: string])[] = [
  [
    /refuses the credentials/,
    'Is this API registered there as a client that may introspect, with this clientId, this secret or key and this authentication?',
  ],
  [
    /bearerToken/,
    'Look at the function introspection.bearerToken: it must return a token and nothing else.',
  ],
  [
    /has no usable "introspection_endpoint"/,
    'The metadata names no introspection endpoint. Give its address in introspection.endpoint.',
  ],
  [/no complete answer within/, 'It did not answer in time. See http.timeoutMs.'],
  [/is not signed/, 'Does the server sign answers for this client? Else set signedAnswers: "off".'],
  [
    /status 30\d/,
    'It redirects, and no redirect is followed. Give introspection.endpoint the final address.',
  ],
  [/status 404/, 'There is nothing at that address. Is the path of the endpoint spelt right?'],
  [/is not JSON/, 'Is it the introspection endpoint, and not a page for people?'],
];
