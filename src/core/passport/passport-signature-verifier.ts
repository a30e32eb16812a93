import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import type { SignatureVerifier } from '../jwt/signature-verifier.js';
import type { UnverifiedToken } from '../jwt/unverified-token.js';
import type { VerificationKey } from '../keys/key-source.js';
import { PassportJwtVerifier } from './passport-jwt-verifier.js';

/**
 * The strategy as an inherited member, created again for each check: passport writes its outcome functions
 * onto it, and @nestjs/passport copies the own members of its options twice for each check.
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
  private readonly verifiers = new WeakMap<IssuerPolicy, PassportJwtVerifier>();

  constructor() {
    super(new BridgeOptions());
  }

  verify(
    token: UnverifiedToken,
    keys: readonly VerificationKey[],
    policy: IssuerPolicy,
  ): Promise<VerificationKey | undefined> {
    const verifier = this.verifierFor(policy);
    const request = new PassportRequest(() =>
      keys.find(({ key }) => verifier.verifies(token, key)),
    );
    return Promise.resolve(this.canActivate(contextOf(request))).then(() => request.takeKey());
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

  private verifierFor(policy: IssuerPolicy): PassportJwtVerifier {
    let verifier = this.verifiers.get(policy);
    if (!verifier) this.verifiers.set(policy, (verifier = new PassportJwtVerifier(policy)));
    return verifier;
  }
}

/** Finds the key that verifies a token. */
type Check = () => VerificationKey | undefined;

/**
 * What passport takes for the request. Not the application's own: passport writes nine members on a
 * request, and adding properties to an Express request is slow. Declaring them here keeps assignment cheap.
 */
class PassportRequest {
  login: unknown = undefined;
  logIn: unknown = undefined;
  logout: unknown = undefined;
  logOut: unknown = undefined;
  isAuthenticated: unknown = undefined;
  isUnauthenticated: unknown = undefined;
  _sessionManager: unknown = undefined;
  authInfo: unknown = undefined;
  user: unknown = undefined;

  private outcome:
    { readonly key: VerificationKey | undefined } | { readonly error: unknown } | undefined;

  constructor(private check: Check | undefined) {}

  /** What is to be checked; once. */
  takeCheck(): Check {
    const { check } = this;
    if (check === undefined) throw new Error('passport asked twice');
    this.check = undefined;
    return check;
  }

  conclude(outcome: NonNullable<PassportRequest['outcome']>): void {
    this.outcome = outcome;
  }

  /** @throws Error when the check itself failed. */
  takeKey(): VerificationKey | undefined {
    const { outcome } = this;
    this.outcome = undefined;
    if (outcome === undefined) throw new Error('passport did not answer');
    if ('error' in outcome) throw outcome.error;
    return outcome.key;
  }
}

/**
 * The strategy that passport is given for one check, which it runs and reports.
 *
 * One object for each check, never registered by name: passport writes its outcome functions onto the
 * strategy it is given, and its registry of names is shared by the whole process.
 */
export class PassportEntry {
  /** Set by passport just before it calls {@link authenticate}. Declaring them here keeps assignment cheap. */
  success: (key: VerificationKey) => void = unset;
  fail: () => void = unset;
  error: (error: unknown) => void = unset;
  redirect: unknown = undefined;
  pass: unknown = undefined;

  /** Called by passport. */
  authenticate(request: PassportRequest): void {
    let key: VerificationKey | undefined;
    try {
      key = request.takeCheck()();
    } catch (error) {
      return this.error(error);
    }
    if (key === undefined) this.fail();
    else this.success(key);
  }
}

function unset(): never {
  throw new Error('passport did not set its outcome functions');
}

/** \@nestjs/passport hands the context on to the members above and looks into it nowhere else. */
const contextOf = (request: PassportRequest): ExecutionContext => request as never;
const requestOf = (context: ExecutionContext): PassportRequest => context as never;
