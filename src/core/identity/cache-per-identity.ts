import type { CallHandler, ExecutionContext, NestInterceptor, Type } from '@nestjs/common';
import { type MaybeAsync, whenKnown } from '../util/maybe-async.js';
import { identityCacheKey } from './identity-cache-key.js';

/** On a class whose cache is kept per caller. Registered, so that two copies of this package agree. */
const PER_IDENTITY = Symbol.for('nestjs-trusted-issuers:cache-per-identity');

/** What is used of the `CacheInterceptor` of \@nestjs/cache-manager; there `trackBy` is protected. */
interface CachingInterceptor extends NestInterceptor {
  trackBy(context: ExecutionContext): MaybeAsync<string | undefined>;
}

type Answers = Awaited<ReturnType<NestInterceptor['intercept']>>;

/**
 * A `CacheInterceptor` that never answers a caller with what it cached for another: a class that extends
 * the one given, and keys what its `trackBy` says by {@link identityCacheKey}. Write
 * `@UseInterceptors(cachePerIdentity(CacheInterceptor))`, or provide it as `APP_INTERCEPTOR`.
 *
 * @param interceptor `CacheInterceptor` of `@nestjs/cache-manager`, or a class that extends it.
 * @throws TypeError for a class that has no `trackBy`.
 */
export function cachePerIdentity<Interceptor extends Type<NestInterceptor>>(
  interceptor: Interceptor,
): Interceptor {
  const base = interceptor as unknown as Type<CachingInterceptor>;
  if (typeof (base.prototype as Partial<CachingInterceptor>).trackBy !== 'function')
    throw new TypeError(
      `cachePerIdentity was given ${interceptor.name}, which has no trackBy(context). Give it the ` +
        'CacheInterceptor of @nestjs/cache-manager, or a class that extends it.',
    );
  const keys = new WeakMap<ExecutionContext, string | undefined>();
  const keyOf = (
    cache: CachingInterceptor,
    context: ExecutionContext,
  ): MaybeAsync<string | undefined> =>
    whenKnown(base.prototype.trackBy.call(cache, context), (key) => identityCacheKey(context, key));
  class PerIdentity extends base {
    static readonly [PER_IDENTITY] = true;

    /**
     * Waits for the key before the cache asks for it: \@nestjs/cache-manager before 3.1.1 does not wait, and a
     * promise is one key for all callers, `[object Promise]`.
     */
    override async intercept(context: ExecutionContext, next: CallHandler): Promise<Answers> {
      keys.set(context, await keyOf(this, context));
      return super.intercept(context, next);
    }

    override trackBy(context: ExecutionContext): MaybeAsync<string | undefined> {
      return keys.has(context) ? keys.get(context) : keyOf(this, context);
    }
  }
  Object.defineProperty(PerIdentity, 'name', { value: `${interceptor.name}PerIdentity` });
  return PerIdentity as unknown as Interceptor;
}

/** Whether a class comes from {@link cachePerIdentity}. */
export function isCachedPerIdentity(interceptor: object): boolean {
  return PER_IDENTITY in interceptor;
}
