import { hash, randomBytes } from 'node:crypto';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import type { Identity } from '../identity/identity.js';
import { nonEmptyString } from '../jose/claim-path.js';
import { MARK_KINDS, nameIn, type RevocationMark, withoutSession } from './revocation-mark.js';

/** Where marks of one kind and name are found: the kind by its place in {@link MARK_KINDS}, and 64 bits of hash. */
export interface MarkKey {
  readonly kind: number;
  readonly high: number;
  readonly low: number;
}

/**
 * Makes keys from names, hashed with a secret of this list: choosing the name of a subject or a client
 * can't produce the key of another one.
 */
export class MarkKeys {
  private readonly secret = randomBytes(32).toString('latin1');

  of(mark: RevocationMark): MarkKey {
    return this.keyOf(mark.kind, mark.issuer, nameIn(mark));
  }

  /** The keys of all marks that would revoke a token. */
  forIdentity(identity: Identity, policy: IssuerPolicy | undefined): readonly MarkKey[] {
    const { claims, tokenId, subject, clientId } = identity;
    const sessionId = nonEmptyString(claims['sid']);
    const own = nonEmptyString(claims['sub']);
    const subjects = own === undefined || own === subject ? [subject] : [subject, own];
    const sessions = sessionId === undefined ? subjects.map(withoutSession) : [sessionId];
    const keys: MarkKey[] = [];
    for (const issuer of issuerNames(identity.issuer, policy)) {
      if (tokenId !== undefined) keys.push(this.keyOf('token', issuer, tokenId));
      for (const session of sessions) keys.push(this.keyOf('session', issuer, session));
      for (const each of subjects) keys.push(this.keyOf('subject', issuer, each));
      if (clientId !== undefined) keys.push(this.keyOf('client', issuer, clientId));
      keys.push(this.keyOf('issuer', issuer, issuer));
    }
    return keys;
  }

  /** Includes the length of the issuer, so that no part of one name can pass for a part of the other. */
  private keyOf(kind: RevocationMark['kind'], issuer: string, name: string): MarkKey {
    const text = `${this.secret}${kind}${issuer.length}:${issuer}${name}`;
    const digest = hash('sha256', text, 'hex');
    return { kind: MARK_KINDS.indexOf(kind), high: bitsAt(digest, 0), low: bitsAt(digest, 8) };
  }
}

/** Every name that a mark may have for the issuer of a token; an issuer that was vouched for has its own alone. */
function issuerNames(issuer: string, policy: IssuerPolicy | undefined): readonly string[] {
  if (policy === undefined) return [issuer];
  const others = policy.tenants === undefined ? policy.acceptedIssuers : [policy.issuer];
  return others.includes(issuer) ? others : [issuer, ...others];
}

function bitsAt(digest: string, at: number): number {
  return Number.parseInt(digest.slice(at, at + 8), 16) | 0;
}
