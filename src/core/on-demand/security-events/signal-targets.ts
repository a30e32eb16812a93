import { issuerNameOf } from '../../../config/tenant-template.js';
import type {
  SignalTarget,
  SubjectIdentifier,
  TransmitterConfig,
} from '../../../config/revocation-config.js';
import type { TrustedIssuers } from '../../issuers/trusted-issuers.js';
import { withoutSession } from '../../revocation/revocation-mark.js';
import { withinTime } from '../../util/clock.js';
import { isFilled } from './event-claims.js';
import { isSubjectIdentifier, type Signal } from './signal-token.js';

/** How long `subjectOf` may take. */
const SUBJECT_TIMEOUT_MS = 5_000;

/** Finds out whose tokens an event is about. */
export class SignalTargets {
  constructor(private readonly issuers: Pick<TrustedIssuers, 'find'>) {}

  /**
   * Whose tokens end; none where the subject is unknown here.
   *
   * @throws Error as a rejection, when `subjectOf` fails.
   */
  async of(signal: Signal, transmitter: TransmitterConfig): Promise<readonly SignalTarget[]> {
    const { subject, ends } = signal;
    if (subject.format !== 'complex') return this.ofSimple(subject, ends, transmitter);
    const { session, user } = subject;
    const users = isSubjectIdentifier(user)
      ? await this.ofSimple(user, 'subject', transmitter)
      : [];
    if (ends !== 'session' || !isSubjectIdentifier(session)) return users;
    // For an unknown session all tokens of its user end; for a known one also the user's tokens that name no
    // session.
    const sessions = await this.ofSession(session, user, transmitter);
    return sessions.length === 0 ? users : [...sessions, ...users.map(namingNoSession)];
  }

  /**
   * An opaque subject of a revoked session may be the session or its user. Both are returned: the wrong one
   * matches no token.
   */
  private async ofSimple(
    subject: SubjectIdentifier,
    ends: Signal['ends'],
    transmitter: TransmitterConfig,
  ): Promise<readonly SignalTarget[]> {
    const said = await saidBy(transmitter, subject);
    if (said !== undefined) return said;
    const { format, iss, sub, id } = subject;
    if (format === 'iss_sub' && isFilled(sub)) {
      const issuer = await this.spokenFor(iss, transmitter);
      return issuer === undefined ? [] : [{ issuer, subject: sub }];
    }
    if (format !== 'opaque' || !isFilled(id)) return [];
    const issuer = await this.spokenFor(transmitter.issuer, transmitter);
    if (issuer === undefined) return [];
    const ofSubject = { issuer, subject: id };
    return ends === 'session' ? [{ issuer, sessionId: id }, ofSubject] : [ofSubject];
  }

  private async ofSession(
    session: SubjectIdentifier,
    user: unknown,
    transmitter: TransmitterConfig,
  ): Promise<readonly SignalTarget[]> {
    const said = await saidBy(transmitter, session);
    if (said !== undefined) return said;
    const { format, id } = session;
    if (format !== 'opaque' || !isFilled(id)) return [];
    const hasIssuer = isSubjectIdentifier(user) && user.format === 'iss_sub';
    const iss = hasIssuer ? user['iss'] : transmitter.issuer;
    const issuer = await this.spokenFor(iss, transmitter);
    return issuer === undefined ? [] : [{ issuer, sessionId: id }];
  }

  /**
   * The name by which the application knows an issuer whose subjects the transmitter may report on. One that
   * issues tokens itself reports only on its own subjects; one that issues none was listed to report on those
   * of the trust list.
   */
  private async spokenFor(
    iss: unknown,
    { issuer: transmitter }: TransmitterConfig,
  ): Promise<string | undefined> {
    const [trusted, itself] = await Promise.all([
      this.issuers.find(iss),
      this.issuers.find(transmitter),
    ]);
    if (!trusted || (itself && itself !== trusted)) return undefined;
    const name = issuerNameOf(trusted.policy, iss);
    return itself && name !== issuerNameOf(itself.policy, transmitter) ? undefined : name;
  }
}

/** The tokens of a subject that name no session: their session is unknown. */
export function namingNoSession(target: SignalTarget): SignalTarget {
  const { issuer } = target;
  return 'subject' in target ? { issuer, sessionId: withoutSession(target.subject) } : target;
}

/** What the application says; `undefined` where the subject keeps its built-in meaning. */
async function saidBy(
  { subjectOf }: TransmitterConfig,
  subject: SubjectIdentifier,
): Promise<readonly SignalTarget[] | undefined> {
  if (subjectOf === undefined) return undefined;
  const answer: unknown = await withinTime(SUBJECT_TIMEOUT_MS, (async () => subjectOf(subject))());
  if (answer === undefined) return undefined;
  if (answer === null) return [];
  if (!isTarget(answer))
    throw new Error('subjectOf gave neither { issuer, subject } nor { issuer, sessionId }');
  return [answer];
}

function isTarget(value: unknown): value is SignalTarget {
  const { issuer, subject, sessionId } = Object(value) as Readonly<Record<string, unknown>>;
  return isFilled(issuer) && (isFilled(subject) ? sessionId === undefined : isFilled(sessionId));
}
