import type { VerificationKey } from '../keys/key-source.js';
import type { PassportRequest } from './passport-request.js';

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
