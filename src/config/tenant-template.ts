/**
 * The placeholder for a tenant in a template, as spelled in Microsoft Entra's metadata
 * (`https://login.microsoftonline.com/{tenantid}/v2.0`).
 */
export const TENANT_PLACEHOLDER = '{tenantid}';

// Lower case only: with two accepted spellings of a tenant, one person would have two identities.
const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const TENANT_ID = new RegExp(`^${GUID}$`);
const TENANT_SEGMENT = new RegExp(`/(${GUID})(?=/|$)`);

/** An issuer with a tenant in its path, and the template it would be an instance of. */
export interface TenantIssuer {
  readonly tenant: string;
  readonly template: string;
}

/** Whether an issuer is meant as a template. */
export function isTemplate(issuer: unknown): issuer is string {
  return typeof issuer === 'string' && issuer.includes(TENANT_PLACEHOLDER);
}

/** Whether a text is a tenant's GUID as tokens carry it in `tid`. */
export function isTenantId(text: string): boolean {
  return TENANT_ID.test(text);
}

/** The exact `iss` of one tenant's tokens. */
export function issuerOfTenant(template: string, tenant: string): string {
  return template.replace(TENANT_PLACEHOLDER, () => tenant);
}

/**
 * Takes the first path segment that is a GUID out of an issuer. Whether the template that remains is
 * a trusted one is then a comparison of whole strings, like everywhere else.
 */
export function readTenantIssuer(issuer: string): TenantIssuer | undefined {
  const [, tenant] = TENANT_SEGMENT.exec(issuer) ?? [];
  if (tenant === undefined) return undefined;
  return { tenant, template: issuer.replace(TENANT_SEGMENT, `/${TENANT_PLACEHOLDER}`) };
}

/** Whether a name given with something, such as the `issuer` of a JWK, means exactly this issuer. */
export function namesIssuer(name: string, issuer: string): boolean {
  return name === issuer || name === readTenantIssuer(issuer)?.template;
}

/**
 * The name by which the application knows the issuer of a token: its own, whichever alias the token
 * uses; for a template the tenant's.
 *
 * @param iss one of those that the rules accept.
 */
export function issuerNameOf(
  { issuer, tenants }: { readonly issuer: string; readonly tenants: unknown },
  iss: unknown,
): string {
  return tenants === undefined ? issuer : String(iss);
}
