import { DEFAULTS } from '../../config/defaults.js';
import type { AuthenticationScheme } from '../calls/exchange.js';
import { challengeOf, type ChallengeDetails } from './challenge.js';
import { refusalRow, type RefusalCode, type RefusalRow } from './refusal-table.js';
import { topicAddress } from './refusal-topic.js';

/** How one application words its refusals; the part of its configuration that refusals need. */
export interface RefusalPresentation {
  /** As in {@link AuthModuleConfig.realm}. */
  readonly realm: string;
  /** As in {@link AuthModuleConfig.disclosure}. */
  readonly disclosure: 'detailed' | 'minimal';
  /** As in {@link AuthModuleConfig.authenticateHint}. */
  readonly authenticateHint: 'always' | 'auth_required';
  /** Address of the protected resource metadata, named in every challenge (RFC 9728 section 5.1). Absent: not named. */
  readonly resourceMetadata?: string | undefined;
  /** Address of the error reference, whose topics every challenge names (RFC 6750 section 3). Absent: not named. */
  readonly errorUri?: string | undefined;
  /** How DPoP is offered (RFC 9449 section 7.1). Absent: it is not. */
  readonly dpop?: {
    /** Algorithms that a proof may have, space-separated. */
    readonly algs: string;
    /** Whether no other scheme is accepted. */
    readonly isRequired: boolean;
  };
  /** Whether clients that prefer it get `application/problem+json` (RFC 9457). Absent: no. */
  readonly problemDetails?: boolean;
}

/** The presentation of exceptions made outside an application, by `new`. */
export const DEFAULT_PRESENTATION: RefusalPresentation = {
  realm: DEFAULTS.realm,
  disclosure: DEFAULTS.disclosure,
  authenticateHint: DEFAULTS.authenticateHint,
};

/**
 * Body of every refusal. Members are in this order. `authenticateHint` is scheme and realm, always
 * the same for one application; a 503 has none, because new credentials would not help.
 */
export interface RefusalBody {
  /** The HTTP status, repeated. */
  readonly status: number;
  /** The standard phrase of the status (RFC 9110 section 15.5). */
  readonly error: string;
  /** Fixed for each code, except in the application's own exceptions. For people. */
  readonly message: string;
  /** Which refusal it is. For programs. */
  readonly code: RefusalCode;
  /** Scheme and realm, such as `Bearer realm="api"`. */
  readonly authenticateHint?: string;
}

/** What goes on the wire for one refusal. */
export interface PresentedRefusal {
  readonly body: RefusalBody;
  /** Value of `WWW-Authenticate`; `undefined` where no challenge belongs. */
  readonly challenge: string | undefined;
}

/**
 * Refusals without details of their own, by application: all with one code are the same, and wording them
 * costs more than the rest of a cheap refusal.
 */
const worded = new WeakMap<RefusalPresentation, Map<RefusalCode, PresentedRefusal>>();

/** The details that one refusal can add. */
type RefusalDetails = ChallengeDetails & { readonly message?: string };

/** Words one refusal as an application wants it. */
export function presentRefusal(
  code: RefusalCode,
  presentation: RefusalPresentation,
  details?: RefusalDetails,
): PresentedRefusal {
  if (details !== undefined) return word(code, presentation, details);
  let known = worded.get(presentation);
  if (!known) worded.set(presentation, (known = new Map()));
  let presented = known.get(code);
  if (!presented) known.set(code, (presented = word(code, presentation, {})));
  // A copy, because an application may well change the response of an exception that it catches.
  return { body: { ...presented.body }, challenge: presented.challenge };
}

function word(
  code: RefusalCode,
  presentation: RefusalPresentation,
  details: RefusalDetails,
): PresentedRefusal {
  const shown =
    presentation.disclosure === 'minimal' && refusalRow(code).hiddenWhenMinimal
      ? 'token_invalid'
      : code;
  const row = refusalRow(shown);
  const hints = row.challenges && hintFits(shown, presentation);
  return {
    body: {
      status: row.status,
      error: row.error,
      message: details.message ?? row.message,
      code: shown,
      ...(hints && {
        authenticateHint: challengeOf(schemesOf(presentation)[0], presentation.realm),
      }),
    },
    challenge: row.challenges ? challengesOf(row, presentation, details) : undefined,
  };
}

/**
 * The schemes that are offered, in the order in which clients understand them: the parsers of today's MCP
 * clients read the first challenge alone.
 */
function schemesOf({
  dpop,
}: RefusalPresentation): readonly [AuthenticationScheme, ...AuthenticationScheme[]] {
  if (dpop === undefined) return ['Bearer'];
  return dpop.isRequired ? ['DPoP'] : ['Bearer', 'DPoP'];
}

/** One challenge for each scheme; the error and what goes with it where it belongs (RFC 9449 section 7.2). */
function challengesOf(
  row: RefusalRow,
  presentation: RefusalPresentation,
  details: RefusalDetails,
): string {
  const { realm, resourceMetadata, errorUri, dpop } = presentation;
  const schemes = schemesOf(presentation);
  const meant = row.scheme === 'DPoP' ? 'DPoP' : (details.scheme ?? schemes[0]);
  // An exception made by hand may name a scheme that the application does not offer.
  const named = schemes.includes(meant) ? meant : schemes[0];
  const challenges = schemes.map((scheme, index) =>
    challengeOf(scheme, realm, {
      ...((row.scheme === 'every' || scheme === named) && {
        error: row.challengeError,
        scope: details.scope,
        errorDescription: row.challengeError && row.message,
        acrValues: details.acrValues,
        maxAgeSeconds: details.maxAgeSeconds,
        errorUri: errorUri && topicAddress(errorUri, row.status),
      }),
      ...(index === 0 && { resourceMetadata }),
      ...(scheme === 'DPoP' && { algs: dpop?.algs }),
    }),
  );
  return challenges.join(', ');
}

function hintFits(code: RefusalCode, { authenticateHint }: RefusalPresentation): boolean {
  return authenticateHint === 'always' || code === 'auth_required';
}
