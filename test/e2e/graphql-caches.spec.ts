import { describe, expect, it } from '@jest/globals';
import { type ExecutionContext, type CanActivate, UseGuards } from '@nestjs/common';
import { Directive, Query, ResolveField, Resolver, ObjectType, Field } from '@nestjs/graphql';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Public,
} from 'nestjs-trusted-issuers';
import { DirectiveLocation, GraphQLDirective, GraphQLEnumType, GraphQLInt } from 'graphql';
import { startGraphQL } from '../support/graphql.js';
import { opened } from '../support/opened.js';

/** Apollo's own, which the schema must define. */
const CACHE_CONTROL = new GraphQLDirective({
  name: 'cacheControl',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    maxAge: { type: GraphQLInt },
    scope: {
      type: new GraphQLEnumType({ name: 'CacheControlScope', values: { PUBLIC: {}, PRIVATE: {} } }),
    },
  },
});

class OpenGuard implements CanActivate {
  canActivate(_context: ExecutionContext): boolean {
    return true;
  }
}

/** What mercurius-cache does when it is registered. */
const mercuriusCache = Object.assign(
  async (app: { graphql?: object }): Promise<void> => {
    Object.assign(app.graphql ?? {}, { cache: { refresh() {}, clear() {} } });
  },
  // As fastify-plugin marks it: what it adds is the application's.
  { [Symbol.for('skip-override')]: true },
);

@ObjectType()
class Page {
  @Directive('@cacheControl(maxAge: 60)')
  @Field(() => String)
  title!: string;
}

@Resolver(() => Page)
class CachedResolver {
  @UseGuards(JwtAuthGuard)
  @Directive('@cacheControl(maxAge: 60)')
  @Query(() => String)
  mine(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @UseGuards(JwtAuthGuard)
  @Directive('@cacheControl(maxAge: 60, scope: PUBLIC)')
  @Query(() => String)
  said(): string {
    return '';
  }

  @UseGuards(JwtAuthGuard)
  @OptionalAuth()
  @Directive('@cacheControl(maxAge: 60)')
  @Query(() => String)
  greeting(@CurrentIdentity() identity: Identity | undefined): string {
    return identity?.subject ?? 'stranger';
  }

  @UseGuards(JwtAuthGuard)
  @Public()
  @Directive('@cacheControl(maxAge: 60)')
  @Query(() => String)
  about(): string {
    return 'pages';
  }

  @UseGuards(OpenGuard)
  @Directive('@cacheControl(maxAge: 60)')
  @Query(() => Page)
  page(): Page {
    return { title: 'pages' };
  }

  @UseGuards(JwtAuthGuard)
  @Directive('@cacheControl(maxAge: 30)')
  @ResolveField(() => String)
  draft(): string {
    return 'a draft';
  }
}

describe.each(['Apollo on Express', 'Apollo on Fastify'] as const)('%s', (server) => {
  const { keep, issuer: startIssuer } = opened();

  it('is told that everything behind the guard is private', async () => {
    const issuer = await startIssuer();
    const { query } = keep(
      await startGraphQL(
        server,
        { issuers: [issuer.config()] },
        {
          resolvers: [CachedResolver],
          graphql: {
            buildSchemaOptions: { directives: [CACHE_CONTROL] },
            fieldResolverEnhancers: ['guards'],
          },
        },
      ),
    );
    const header = async (text: string, token?: string) =>
      (await query(text, token)).headers['cache-control'];
    const token = issuer.token();
    expect(await header('{ about }')).toBe('max-age=60, public');
    expect(await header('{ page { title } }')).toBe('max-age=60, public');
    for (const field of ['mine', 'said', 'greeting', 'about mine'])
      expect([field, await header(`{ ${field} }`, token)]).toEqual([field, 'max-age=60, private']);
    expect(await header('{ greeting }')).toBe('max-age=60, private');
    expect(await header('{ page { title draft } }', token)).toBe('max-age=30, private');
    expect(await header('{ mine }')).toContain('no-store');
  });
});

describe('Mercurius', () => {
  const { keep } = opened();

  it('has an audit line, and starts, where mercurius-cache may be before guarded fields', async () => {
    @Resolver()
    class GuardedResolver {
      @UseGuards(JwtAuthGuard)
      @Query(() => String)
      mine(): string {
        return '';
      }
    }
    const start = async (plugins: readonly { plugin: typeof mercuriusCache }[]) =>
      keep(
        await startGraphQL(
          'Mercurius',
          { issuers: ['https://login.example.com'], audience: 'notes', audit: 'error' },
          { resolvers: [GuardedResolver], graphql: { plugins: [...plugins] } },
        ),
      );
    expect((await start([])).log.text('warn')).toBe('');
    const { log } = await start([{ plugin: mercuriusCache }]);
    expect(log.text('warn')).toContain('mercurius-cache answers fields from its cache');
  });
});
