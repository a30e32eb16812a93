import type { DpopMode } from '../../config/binding-config.js';
import type { AuthenticationScheme } from '../calls/exchange.js';
import { Refusal } from '../refusals/refusal.js';

/** What every reason begins with. */
export const BOUND = 'the token is bound to a key ("cnf.jkt")';

/** Why a token that is not bound to a key is refused, by the mode of its issuer. */
export function unboundFault(scheme: AuthenticationScheme, mode: DpopMode): Refusal | undefined {
  if (scheme === 'DPoP')
    return bindingInvalid(
      'the token is not bound to a key ("cnf.jkt") and came under the scheme DPoP',
    );
  if (mode === 'required')
    return bindingInvalid('the token is not bound to a key ("cnf.jkt"), and dpop is "required"');
  return undefined;
}

/** Why a token that is bound to a key is refused whatever a request proves, by the mode of its issuer. */
export function boundTokenFault(bound: unknown, mode: DpopMode): Refusal | undefined {
  if (mode === 'off') return bindingInvalid(`${BOUND}, and dpop is "off" for its issuer`);
  return typeof bound === 'string'
    ? undefined
    : bindingInvalid('"cnf.jkt" of the token is not a string');
}

export function bindingInvalid(reason: string): Refusal {
  return new Refusal('token_binding_invalid', 'binding', reason);
}
