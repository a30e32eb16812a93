import type { ExecutionContext, Type } from '@nestjs/common';

/** The part of an {@link ExecutionContext} that is needed to read a handler's decorators. */
export type Route = Pick<ExecutionContext, 'getHandler' | 'getClass'>;

type Handler = ReturnType<Route['getHandler']>;
type Controller = ReturnType<Route['getClass']>;

/** A route that no call has reached. */
export function routeAt(controller: Type, handler: Handler): Route {
  return { getHandler: () => handler, getClass: <T>() => controller as Type<T> };
}

/** Reads each route's decorators once: reading them takes longer than finding a remembered token. */
export class RouteMemo<Said> {
  private readonly known = new WeakMap<Handler, WeakMap<Controller, { readonly said: Said }>>();

  constructor(private readonly readRoute: (route: Route) => Said) {}

  read(route: Route): Said {
    const handler = route.getHandler();
    const controller = route.getClass();
    // Controllers that inherit a handler share it, and may differ in their own decorators.
    let ofHandler = this.known.get(handler);
    if (!ofHandler) this.known.set(handler, (ofHandler = new WeakMap()));
    let found = ofHandler.get(controller);
    if (!found) ofHandler.set(controller, (found = { said: this.readRoute(route) }));
    return found.said;
  }
}
