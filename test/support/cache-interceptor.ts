import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import { type Observable, of, tap } from 'rxjs';

/**
 * As in @nestjs/cache-manager: what is injected into it, that `trackBy` is protected, and that `GET` requests
 * and handlers with a key of their own are cached.
 */
@Injectable()
export class CacheInterceptor implements NestInterceptor {
  @Inject(HttpAdapterHost)
  protected readonly httpAdapterHost!: HttpAdapterHost;

  constructor(
    @Inject('CACHE_MANAGER') protected readonly cacheManager: Map<string, unknown>,
    @Inject(Reflector) protected readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const key = this.trackBy(context);
    if (!key) return next.handle();
    if (this.cacheManager.has(key)) return of(this.cacheManager.get(key));
    return next.handle().pipe(tap((answer) => this.cacheManager.set(key, answer)));
  }

  protected trackBy(context: ExecutionContext): string | undefined {
    const named = this.reflector.get<string | undefined>(
      'cache_module:cache_key',
      context.getHandler(),
    );
    if (named) return named;
    const request: { method?: string } = context.switchToHttp().getRequest();
    if (request.method !== 'GET') return undefined;
    return this.httpAdapterHost.httpAdapter.getRequestUrl(request) as string;
  }
}
