import { DEFAULTS } from '../config/defaults.js';
import { bearerChallenge, type ChallengeDetails } from './challenge.js';
import { refusalRow, type RefusalCode } from './refusal.table.js';
import { topicAddress } from './refusal.topic.js';

/** How one application words its refusals; the part of its configuration that refusals need. */
export interface RefusalPresentation {
  readonly realm: string;
  readonly disclosure: 'detailed' | 'minimal';
  readonly authenticateHint: 'always' | 'auth_required';
  /** Address of the protected resource metadata, named in every challenge (RFC 9728 section 5.1). Absent: not named. */
  readonly resourceMetadata?: string | undefined;
  /** Address of the error reference, whose topics every challenge names (RFC 6750 section 3). Absent: not named. */
  readonly errorUri?: string | undefined;
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
 * Body of every refusal. Members stand in this order. `authenticateHint` is scheme and realm, always
 * the same for one application; a 503 has none, because new credentials would not help.
 */
export interface RefusalBody {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly code: RefusalCode;
  readonly authenticateHint?: string;
}

/** What goes on the wire for one refusal. */
export interface PresentedRefusal {
  readonly body: RefusalBody;
  /** Value of `WWW-Authenticate`; `undefined` where no challenge belongs. */
  readonly challenge: string | undefined;
}

/** Words one refusal as an application wants it. */
export function presentRefusal(
  code: RefusalCode,
  presentation: RefusalPresentation,
  details: ChallengeDetails & { readonly message?: string } = {},
): PresentedRefusal {
  const shown =
    presentation.disclosure === 'minimal' && refusalRow(code).folds ? 'token_invalid' : code;
  const row = refusalRow(shown);
  const hints = row.challenges && hintFits(shown, presentation);
  return {
    body: {
      status: row.status,
      error: row.error,
      message: details.message ?? row.message,
      code: shown,
      ...(hints && { authenticateHint: bearerChallenge(presentation.realm) }),
    },
    challenge: row.challenges
      ? bearerChallenge(presentation.realm, {
          error: row.challengeError,
          scope: details.scope,
          resourceMetadata: presentation.resourceMetadata,
          errorDescription: row.challengeError && row.message,
          acrValues: details.acrValues,
          maxAgeSeconds: details.maxAgeSeconds,
          errorUri: presentation.errorUri && topicAddress(presentation.errorUri, row.status),
        })
      : undefined,
  };
}

function hintFits(code: RefusalCode, { authenticateHint }: RefusalPresentation): boolean {
  return authenticateHint === 'always' || code === 'auth_required';
}
