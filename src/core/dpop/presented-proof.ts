import type { CredentialsRequest } from '../calls/exchange.js';
import { valuesOf } from '../calls/header-lines.js';

/** The `DPoP` headers of a request. Node joins several to one text; the raw lines have each. */
export function presentedProofs(request: CredentialsRequest): readonly string[] {
  const { dpop } = request.headers as { readonly dpop?: unknown };
  if (dpop === undefined) return [];
  const proofs = valuesOf(request, 'dpop');
  return proofs.length > 0 ? proofs : [dpop].flat().map(String);
}
