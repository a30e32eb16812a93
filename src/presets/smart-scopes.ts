/**
 * Compares scopes of SMART on FHIR, for the module's `scopeMatches`: `patient/*.rs` grants
 * `patient/Observation.r`, and `user/Observation.cruds` grants `user/Observation.u`. Those of version 1 count
 * as version 2 says: `.read` is `.rs`, `.write` is `.cud` and `.*` is `.cruds`. All other scopes, such as
 * `launch/patient`, are compared exactly.
 *
 * A granted scope with search parameters (`patient/Observation.rs?category=…`) grants only a demand with the
 * very same ones: whether an answer keeps to them is the API's to see. One scope at a time is looked at, so
 * that of a caller who has `.r` and `.s` in two scopes, `.rs` is not granted: demand `.r` and `.s`.
 *
 * - https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources
 */
export function smartScopes(granted: string, demanded: string): boolean {
  if (granted === demanded) return true;
  const grant = fhirScopeIn(granted);
  const demand = fhirScopeIn(demanded);
  if (grant === undefined || demand === undefined) return false;
  return (
    grant.context === demand.context &&
    (grant.resource === '*' || grant.resource === demand.resource) &&
    [...demand.interactions].every((interaction) => grant.interactions.includes(interaction)) &&
    (grant.query === undefined || grant.query === demand.query)
  );
}

interface FhirScope {
  readonly context: string;
  readonly resource: string;
  /** Letters of `cruds`; at least one. */
  readonly interactions: string;
  readonly query: string | undefined;
}

const FHIR_SCOPE =
  /^(patient|user|system)\/([A-Z][A-Za-z]*|\*)\.(read|write|\*|(?=[cruds])c?r?u?d?s?)(?:\?(.+))?$/;

const OF_VERSION_ONE: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/** `undefined` for every other scope, and where the letters are not in their order. */
function fhirScopeIn(scope: string): FhirScope | undefined {
  const [, context, resource, written = '', query] = FHIR_SCOPE.exec(scope) ?? [];
  if (context === undefined || resource === undefined) return undefined;
  return { context, resource, interactions: OF_VERSION_ONE[written] ?? written, query };
}
