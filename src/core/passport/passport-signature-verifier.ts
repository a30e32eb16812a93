import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { ResolvedTrustedIssuer } from '../../config/resolved-config.js';
import type { SignatureVerifier } from '../jwt/signature-verifier.js';
import type { UnverifiedToken } from '../jwt/unverified-token.js';
import type { VerificationKey } from '../keys/key-source.js';
import { PassportEntry } from './passport-entry.js';
import { PassportJwtVerifier } from './passport-jwt-verifier.js';
import { PassportRequest } from './passport-request.js';

/**
 * The strategy as an inherited member, made anew for each check: passport writes its outcome functions onto
 * it, and @nestjs/passport copies the own members of its options twice for each check.
 */
class BridgeOptions {
  get defaultStrategy(): PassportEntry {
    return new PassportEntry();
  }
}

/**
 * Verifies signatures by passport-jwt, entered through \@nestjs/passport's guard. Made by hand: a guard that Nest
 * creates has its options replaced when the application imports `PassportModule.register(…)`.
 *
 * V8 makes the functions that passport sets on a strategy in its old space, where they outlive many
 * requests and keep alive whatever can be reached from them. So passport is shown neither request nor
 * response, and what it is shown forgets the token as soon as it can.
 */
export class PassportSignatureVerifier extends AuthGuard() implements SignatureVerifier {
  /** An issuer's policy never changes: another one is another object. */
  private readonly verifiers = new WeakMap<ResolvedTrustedIssuer, PassportJwtVerifier>();

  constructor() {
    super(new BridgeOptions());
  }

  async verify(
    token: UnverifiedToken,
    keys: readonly VerificationKey[],
    policy: ResolvedTrustedIssuer,
  ): Promise<VerificationKey | undefined> {
    const verifier = this.verifierFor(policy);
    const request = new PassportRequest(() =>
      keys.find(({ key }) => verifier.verifies(token, key)),
    );
    await this.canActivate(contextOf(request));
    return request.takeKey();
  }

  override getRequest(context: ExecutionContext): PassportRequest {
    return requestOf(context);
  }

  /** Passport would only redirect with it. */
  getResponse(): undefined {
    return undefined;
  }

  /** Notes the outcome. Not thrown here: each promise that rejects costs as much as a small step. */
  override handleRequest<TUser = unknown>(
    error: unknown,
    key: unknown,
    _info: unknown,
    context: ExecutionContext,
  ): TUser {
    const outcome = error ? { error } : { key: (key || undefined) as VerificationKey | undefined };
    requestOf(context).conclude(outcome);
    return undefined as TUser;
  }

  private verifierFor(policy: ResolvedTrustedIssuer): PassportJwtVerifier {
    let verifier = this.verifiers.get(policy);
    if (!verifier) this.verifiers.set(policy, (verifier = new PassportJwtVerifier(policy)));
    return verifier;
  }
}

/** \@nestjs/passport hands the context on to the members above and looks into it nowhere else. */
const contextOf = (request: PassportRequest): ExecutionContext => request as never;
const requestOf = (context: ExecutionContext): PassportRequest => context as never;
