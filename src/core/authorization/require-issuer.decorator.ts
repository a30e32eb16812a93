import { addRequirement, type RequirementDecorator } from './requirement.decorator.js';

/**
 * Lets in only callers with a token of one of these issuers: `@RequireIssuer('https://staff.example.com')`.
 * An issuer is named as it is configured (a template for all of its tenants, or one tenant's own) or by its
 * `name`. One that the configuration does not know stops the start; what `resolveIssuer` may give counts as
 * known. Others are refused with 403 `insufficient_scope` without `scope`, because no token that they can ask
 * for would do. This is checked before the other demands of the route.
 *
 * Everything else is as for {@link RequireScopes}: written on a controller and a handler, both must hold.
 *
 * @throws TypeError where it is written, when no issuer is named or one is empty; and on a field, an accessor or
 * a static method
 */
export function RequireIssuer(...issuers: readonly [string, ...string[]]): RequirementDecorator {
  if (issuers.length === 0)
    throw new TypeError('@RequireIssuer() names none. Name at least one issuer.');
  for (const issuer of issuers as readonly unknown[])
    if (typeof issuer !== 'string' || issuer === '')
      throw new TypeError(
        `@RequireIssuer(): ${JSON.stringify(issuer) ?? typeof issuer} is not an issuer. Give it as it is configured, or its name.`,
      );
  return addRequirement('RequireIssuer', { kind: 'issuer', issuers: [...new Set(issuers)] });
}
