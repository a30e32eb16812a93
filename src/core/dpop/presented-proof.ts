import type { CredentialsRequest } from '../calls/exchange.js';

const NAME = 'dpop';

/** The `DPoP` headers of a request. Node joins several to one text; the raw lines have each. */
export function presentedProofs(request: CredentialsRequest): readonly string[] {
  const { [NAME]: dpop } = request.headers as { readonly [NAME]?: unknown };
  if (dpop === undefined) return [];
  const lines = request.rawHeaders ?? request.raw?.rawHeaders ?? [];
  const proofs: string[] = [];
  for (let index = 0; index + 1 < lines.length; index += 2)
    if (lines[index]?.length === NAME.length && lines[index]?.toLowerCase() === NAME)
      proofs.push(lines[index + 1] ?? '');
  return proofs.length > 0 ? proofs : [dpop].flat().map(String);
}
