import { finding, type Finding } from '../configuration-rule.js';
import { shownValue } from '../shown-value.js';
import {
  isTenantId,
  issuerOfTenant,
  readTenantIssuer,
  TENANT_PLACEHOLDER,
} from '../tenant-template.js';
import { listFindings } from './list.rules.js';

/** Fills a template so that the rules of an issuer can be asked about it. */
export const EXAMPLE_TENANT = '00000000-0000-0000-0000-000000000000';

const REMEDIES = {
  noList: 'List tenant ids, or write "any".',
  empty: 'No token could be accepted: name a tenant, or write "any".',
};

/** What the rules of a template depend on. */
export interface TemplatePolicy {
  /** The option `tenants`; `undefined` when it is not given. */
  readonly tenants: unknown;
  /** Whether no `keys` are given. */
  readonly isDiscovered: boolean;
}

/** Whether an issuer is meant as a template. */
export function isTemplate(issuer: unknown): issuer is string {
  return typeof issuer === 'string' && issuer.includes(TENANT_PLACEHOLDER);
}

/** What is wrong with an issuer that holds the placeholder; `undefined` when nothing is. */
export function templateFault(
  issuer: string,
  { tenants, isDiscovered }: TemplatePolicy,
): string | undefined {
  const shown = shownValue(issuer);
  if (tenants === undefined) {
    return `${shown} is a template. List the trusted tenants in tenants, or write tenants: "any".`;
  }
  if (/^[a-z]+:\/\/\{tenantid\}(?:[/:]|$)/i.test(issuer)) {
    return `${shown} names no host. The tenant stands in the path.`;
  }
  const filled = issuerOfTenant(issuer, EXAMPLE_TENANT);
  if (isTemplate(filled) || readTenantIssuer(filled)?.template !== issuer) {
    return `${shown} is not a template: ${TENANT_PLACEHOLDER} must stand in it once, as a whole segment of the path, with no GUID before it.`;
  }
  if (isDiscovered) {
    return `${shown} is a template, so its keys cannot be found from it. Say in keys where they are, like { discovery: "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration" }.`;
  }
  return undefined;
}

/** Judges the tenants of a template. */
export function* tenantsFindings(
  value: unknown,
  issuer: unknown,
  usedAt: (issuer: string, path: string) => string | undefined,
): Iterable<Finding> {
  if (!isTemplate(issuer)) {
    yield finding(
      `only a template has tenants. Write ${TENANT_PLACEHOLDER} in issuer where the tenant stands, or leave the option out.`,
    );
    return;
  }
  if (value === 'any') return;
  yield* listFindings(value, REMEDIES, (tenant, index) => {
    if (typeof tenant !== 'string' || !isTenantId(tenant)) {
      return `${shownValue(tenant)} is not a tenant id. Write the GUID in lower case, as tokens carry it in "tid".`;
    }
    const used = usedAt(issuerOfTenant(issuer, tenant), `tenants[${index}]`);
    return used && `${shownValue(tenant)} is already used by ${used}. Name every issuer once.`;
  });
}
