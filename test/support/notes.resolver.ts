import { UnauthorizedException, UseGuards } from '@nestjs/common';
import {
  Args,
  Field,
  ID,
  Mutation,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Public,
  RequireAuthentication,
  RequireRoles,
  RequireScopes,
  TokenExpiredException,
} from 'nestjs-trusted-issuers';

@ObjectType()
export class Note {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  author!: string;
}

/** Guarded as a class, with something of everything. */
@UseGuards(JwtAuthGuard)
@Resolver(() => Note)
export class NotesResolver {
  @Query(() => String)
  whoami(@CurrentIdentity() identity: Identity): string {
    return identity.subject;
  }

  /** May be null, so that its neighbours stand when it is refused. */
  @Query(() => String, { nullable: true })
  maybe(@CurrentIdentity() identity: Identity): string {
    return identity.subject;
  }

  @Query(() => [Note])
  notes(@CurrentIdentity() { subject }: Identity): Note[] {
    return ['1', '2', '3'].map((id) => ({ id, author: subject }));
  }

  @Public()
  @Query(() => String)
  about(): string {
    return 'notes';
  }

  @OptionalAuth()
  @Query(() => String)
  greeting(@CurrentIdentity() identity?: Identity): string {
    return identity?.subject ?? 'stranger';
  }

  @RequireScopes('notes:read')
  @Query(() => String, { nullable: true })
  scoped(): string {
    return 'scoped';
  }

  @RequireRoles('editor')
  @Query(() => String, { nullable: true })
  edited(): string {
    return 'edited';
  }

  @RequireAuthentication({ maxAgeSeconds: 300 })
  @Query(() => String, { nullable: true })
  recent(): string {
    return 'recent';
  }

  @Mutation(() => Note)
  add(@Args('id') id: string, @CurrentIdentity() { subject }: Identity): Note {
    return { id, author: subject };
  }

  @ResolveField(() => String)
  secret(@Parent() { id }: Note, @CurrentIdentity() { subject }: Identity): string {
    return `${subject} keeps ${id}`;
  }

  @RequireScopes('notes:read')
  @ResolveField(() => String, { nullable: true })
  draft(): string {
    return 'draft';
  }

  @Public()
  @Query(() => String, { nullable: true })
  locked(): never {
    throw new UnauthorizedException('Your account is locked');
  }

  @Public()
  @Query(() => String, { nullable: true })
  silent(): never {
    throw new UnauthorizedException();
  }

  @Public()
  @Query(() => String, { nullable: true })
  object(): never {
    throw new UnauthorizedException({ reason: 'locked' });
  }

  @Public()
  @Query(() => String, { nullable: true })
  ours(): never {
    throw new TokenExpiredException();
  }
}
