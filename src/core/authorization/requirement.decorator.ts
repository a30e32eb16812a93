import { SetMetadata, UseInterceptors } from '@nestjs/common';
import { AuthorizationInterceptor } from './authorization.interceptor.js';
import { type Requirement, REQUIREMENTS_KEY } from './requirement.js';
import { requireMethod, sayOfMember } from './said-of-members.js';

/** A decorator for a controller or a handler. */
export type RequirementDecorator = ClassDecorator & MethodDecorator;

/**
 * Adds to what the target demands already; what a base class demands counts for its subclasses too.
 *
 * @param name of the decorator, for messages.
 */
export function addRequirement(name: string, requirement: Requirement): RequirementDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (key !== undefined) {
      requireMethod(name, target, key, descriptor);
      sayOfMember({ target, key }, { requirements: [requirement] });
    }
    const described: object = key === undefined ? target : (descriptor?.value as object);
    const earlier = Reflect.getOwnMetadata(REQUIREMENTS_KEY, described) as
      readonly Requirement[] | undefined;
    const decorators = [
      SetMetadata(REQUIREMENTS_KEY, [...(earlier ?? []), requirement]),
      ...(earlier === undefined ? [UseInterceptors(AuthorizationInterceptor)] : []),
    ];
    for (const decorate of decorators) {
      if (key === undefined || descriptor === undefined) decorate(target as new () => object);
      else decorate(target, key, descriptor);
    }
  };
}
