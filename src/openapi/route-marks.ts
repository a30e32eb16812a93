import type { INestApplicationContext, Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import { ApiSecurity } from '@nestjs/swagger';
import { TOKENS } from '../core/util/di-tokens.js';
import type { RouteTarget } from './route-access.js';
import type { SecurityRequirements } from './security-requirements.js';

const CONTROLLER = 'nestjs-trusted-issuers:controller:';
const HANDLER = 'nestjs-trusted-issuers:handler:';

/**
 * Tells which route an operation of an OpenAPI document came from. @nestjs/swagger does not say, and
 * paths and operation ids are the application's to change. So while a document is made, controllers
 * and handlers carry a mark in the one place that @nestjs/swagger copies from both: their security
 * requirements. A document is made synchronously, so no other code ever sees a mark.
 */
export class RouteMarks {
  private readonly controllers: readonly Type[];
  private readonly handlers: readonly RouteTarget['handler'][];

  constructor(app: INestApplicationContext) {
    const modules = [...app.get<ModulesContainer>(TOKENS.modules, { strict: false }).values()];
    this.controllers = distinct(
      modules.flatMap(({ controllers }) =>
        [...controllers.values()].flatMap(({ metatype }) =>
          typeof metatype === 'function' ? [metatype as Type] : [],
        ),
      ),
    );
    this.handlers = distinct(this.controllers.flatMap(handlersOf));
  }

  /** Runs `make` with marks on; metadata is as it was afterwards. */
  during<Result>(make: () => Result): Result {
    const restorers = [...this.controllers, ...this.handlers].map(keepMetadata);
    try {
      for (const [index, controller] of this.controllers.entries())
        ApiSecurity(CONTROLLER + index)(controller);
      for (const [index, handler] of this.handlers.entries())
        ApiSecurity(HANDLER + index)({}, '', { value: handler });
      return make();
    } finally {
      for (const restore of restorers) restore();
    }
  }

  /** Takes the marks out of an operation's security requirements. */
  takeFrom(requirements: SecurityRequirements): {
    readonly target: RouteTarget | undefined;
    readonly others: SecurityRequirements;
  } {
    const names = requirements.flatMap((requirement) => Object.keys(requirement));
    // The last, because a controller shows the marks of those it extends before its own.
    const controller = this.controllers[indexBehind(CONTROLLER, names)];
    const handler = this.handlers[indexBehind(HANDLER, names)];
    return {
      target: controller && handler && { controller, handler },
      others: requirements.filter((requirement) => !Object.keys(requirement).some(isMark)),
    };
  }
}

function handlersOf({ prototype }: Type): RouteTarget['handler'][] {
  const methods = prototype as Readonly<Record<string, RouteTarget['handler'] | undefined>>;
  return new MetadataScanner()
    .getAllMethodNames(prototype as object)
    .flatMap((name) => methods[name] ?? [])
    .filter((method) => Reflect.hasMetadata(PATH_METADATA, method));
}

function keepMetadata(target: object): () => void {
  const kept = new Map(ownMetadata(target));
  return () => {
    for (const [key] of ownMetadata(target))
      if (!kept.has(key)) Reflect.deleteMetadata(key, target);
    for (const [key, value] of kept) Reflect.defineMetadata(key, value, target);
  };
}

function ownMetadata(target: object): [key: unknown, value: unknown][] {
  return Reflect.getOwnMetadataKeys(target).map((key: unknown) => [
    key,
    Reflect.getOwnMetadata(key, target) as unknown,
  ]);
}

function indexBehind(prefix: string, names: readonly string[]): number {
  const mark = names.findLast((name) => name.startsWith(prefix));
  return mark === undefined ? -1 : Number(mark.slice(prefix.length));
}

function isMark(name: string): boolean {
  return name.startsWith(CONTROLLER) || name.startsWith(HANDLER);
}

function distinct<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}
