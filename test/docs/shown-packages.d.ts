declare module '@nestjs/cache-manager' {
  import type {
    CallHandler,
    DynamicModule,
    ExecutionContext,
    NestInterceptor,
  } from '@nestjs/common';
  import type { Observable } from 'rxjs';

  export class CacheInterceptor implements NestInterceptor {
    intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>>;
    protected trackBy(context: ExecutionContext): string | undefined;
  }

  export class CacheModule {
    static register(): DynamicModule;
  }
}
