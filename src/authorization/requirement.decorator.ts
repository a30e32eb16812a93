import { SetMetadata, UseInterceptors } from '@nestjs/common';
import { AuthorizationInterceptor } from './authorization.interceptor.js';
import { type Requirement, REQUIREMENTS_KEY } from './requirement.js';

/** A decorator for a controller or a handler. */
export type RequirementDecorator = ClassDecorator & MethodDecorator;

/** Adds to what the target demands already; what a base class demands counts for its subclasses too. */
export function addRequirement(requirement: Requirement): RequirementDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const described: object = (descriptor?.value as object | undefined) ?? target;
    const earlier = Reflect.getMetadata(REQUIREMENTS_KEY, described) as
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
