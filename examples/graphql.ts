/** GraphQL by Apollo Server. A refused field is an error with the documented body as its extensions. */
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import {
  AuthModule,
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  Public,
} from 'nestjs-trusted-issuers';

@UseGuards(JwtAuthGuard)
@Resolver()
export class NotesResolver {
  @Query(() => [String])
  notes(@CurrentIdentity() identity: Identity): string[] {
    return [`a note of ${identity.subject}`];
  }

  @Public()
  @Query(() => String)
  about(): string {
    return 'notes';
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      audience: process.env['AUDIENCE'] ?? 'https://api.example.com',
      issuers: [process.env['ISSUER'] ?? 'http://127.0.0.1:4455'],
    }),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      // A guard on a field of a type has no effect without these.
      fieldResolverEnhancers: ['guards', 'interceptors'],
      // The status of the answer is that of the refusal; without this it is 200.
      preserveHttpStatusForExecutionErrors: false,
    }),
  ],
  providers: [NotesResolver],
})
export class AppModule {}

async function start() {
  const app = await NestFactory.create(AppModule);
  return app.listen(process.env['PORT'] ?? 3000, '127.0.0.1').then(() => app);
}

export const running = start();
