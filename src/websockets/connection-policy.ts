import type { Type } from '@nestjs/common';
import { ACCESS_MODE_KEY } from '../core/authorization/access-mode.js';
import { REQUIREMENTS_KEY } from '../core/authorization/requirement.js';
import { policyOfMethod } from '../core/authorization/route-policy.js';
import { keysOf, prototypesOf } from '../core/authorization/said-of-members.js';

/**
 * The function whose decorators say how connections to a gateway are checked. A field, or a function bound in
 * the constructor, has none. The requirements of the methods that it hides still apply; `@Public()` on
 * those methods does not.
 *
 * @param own what the gateway does on a connection; `undefined`: nothing.
 */
export function decoratedOn(type: Type, own: Function | undefined): Function {
  const isMethod = own !== undefined && keysOf(own, prototypesOf(type)).length > 0;
  const { mode, requirements } = policyOfMethod(type, 'handleConnection');
  const isRestricted = mode === 'protected' || requirements.length > 0;
  if (isMethod || !isRestricted) return own ?? type;
  const decorated = (): void => undefined;
  if (own !== undefined)
    for (const key of Reflect.getOwnMetadataKeys(own) as string[])
      Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, own), decorated);
  const ofOwn = (own && (Reflect.getOwnMetadata(REQUIREMENTS_KEY, own) as unknown[])) ?? [];
  Reflect.defineMetadata(REQUIREMENTS_KEY, [...requirements, ...ofOwn], decorated);
  if (mode === 'protected') Reflect.defineMetadata(ACCESS_MODE_KEY, mode, decorated);
  return decorated;
}
