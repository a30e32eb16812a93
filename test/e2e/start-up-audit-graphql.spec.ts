import { describe, expect, it } from '@jest/globals';
import { UseGuards } from '@nestjs/common';
import {
  Field,
  ID,
  Mutation,
  ObjectType,
  Query,
  ResolveField,
  ResolveReference,
  Resolver,
  Subscription,
} from '@nestjs/graphql';
import { type AuthModuleExtras, JwtAuthGuard, Public, RequireScopes } from 'nestjs-trusted-issuers';
import { type GraphQLApplicationOptions, SERVERS, startGraphQL } from '../support/graphql.js';

@ObjectType()
class Page {
  @Field(() => ID)
  id!: string;
}

@Resolver(() => Page)
class PagesResolver {
  @Query(() => String)
  forgotten(): string {
    return '';
  }

  @UseGuards(JwtAuthGuard)
  @Query(() => Page, { name: 'known' })
  guarded(): Page {
    return { id: '1' };
  }

  @Public()
  @Query(() => String)
  said(): string {
    return '';
  }

  @Mutation(() => String, { name: 'write' })
  change(): string {
    return '';
  }

  @Subscription(() => String)
  written(): AsyncGenerator<object> {
    throw new Error('nobody subscribes');
  }

  @ResolveReference()
  reference(): Page {
    return { id: '1' };
  }

  @ResolveField(() => String)
  plain(): string {
    return '';
  }

  @RequireScopes('pages:read')
  @ResolveField(() => String)
  draft(): string {
    return '';
  }
}

const FIELDS = [
  'PagesResolver.reference   GraphQL Page.reference',
  'PagesResolver.draft       GraphQL Page.draft',
];
const OPERATIONS = [
  'PagesResolver.forgotten   GraphQL Query.forgotten',
  'PagesResolver.change      GraphQL Mutation.write',
  'PagesResolver.written     GraphQL Subscription.written',
];

/** What of the resolver is reported as open. */
async function openOf(
  server: (typeof SERVERS)[number],
  graphql: GraphQLApplicationOptions['graphql'],
  extras: AuthModuleExtras = {},
): Promise<string[]> {
  const application = await startGraphQL(
    server,
    { issuers: ['https://login.example.com'], audience: 'pages', audit: 'warn', ...extras },
    { resolvers: [PagesResolver], graphql: { ...graphql } },
  );
  const warnings = application.log.text('warn');
  await application.close();
  return warnings
    .split('\n')
    .map((line) => line.trim().replace(/ +– TrustedIssuers$| +–$/, ''))
    .filter((line) => line.startsWith('PagesResolver'));
}

describe.each(SERVERS)('Start-up audit of resolvers by %s', (server) => {
  const guarded = { fieldResolverEnhancers: ['guards' as const] };

  it('does not start where NestJS does not ask the guards of fields, audit or not', async () => {
    await expect(openOf(server, { fieldResolverEnhancers: [] })).rejects.toThrow(
      'PagesResolver.draft: has a guard or a demand',
    );
  });

  it('finds fields without the guard where guards are asked', async () => {
    expect(await openOf(server, guarded)).toEqual([...OPERATIONS, ...FIELDS]);
  });

  it('finds nothing with a guard for the whole application, where fields are guarded', async () => {
    expect(await openOf(server, guarded, { guardEveryRoute: true })).toEqual([]);
  });
});
