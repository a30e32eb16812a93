import type { Identity } from '../identity/identity.js';
import { SafeLogger } from '../util/safe-logger.js';

/** Of more issuers it is not said; there are as many as `resolveIssuer` gives. */
const MAX_ISSUERS = 100;

/** Says once for each issuer that its tokens outlive what is remembered of revocations, or may. */
export class LifetimeLog {
  private readonly logger = new SafeLogger();
  private readonly said = new Set<string>();

  constructor(private readonly maxTokenLifetimeSeconds: number) {}

  /** @param issuer as configured. */
  look({ claims: { iat }, expiresAt }: Identity, issuer: string): void {
    const isKnown = typeof iat === 'number';
    if (isKnown && expiresAt - iat <= this.maxTokenLifetimeSeconds) return;
    if (this.said.has(issuer) || this.said.size >= MAX_ISSUERS) return;
    this.said.add(issuer);
    const limit = `revocation.maxTokenLifetimeSeconds (${this.maxTokenLifetimeSeconds})`;
    this.logger.warn(
      isKnown
        ? `tokens of ${issuer} live longer than ${limit} and are refused from that age on: set it to their lifetime`
        : `tokens of ${issuer} have no "iat": every mark on their subject, session, client or issuer revokes them, until it ends after ${limit}`,
    );
  }
}
