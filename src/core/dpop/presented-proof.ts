import type { CredentialsRequest } from '../calls/exchange.js';
import { valuesOf } from '../calls/header-lines.js';

/** The `DPoP` headers of a request. Node joins several to one text; the raw lines have each. */
export function presentedProofs(request: CredentialsRequest): readonly string[] {
  const { dpop } = request.headers as { readonly dpop?: unknown };
  if (dpop === undefined) return [];
  const proofs = valuesOf(request, 'dpop');
  if (proofs.length > 0) return proofs;
  // What is no text is no proof, and need not have a text.
  return [dpop].flat().map((one: unknown) => (typeof one === 'string' ? one : ''));
}
