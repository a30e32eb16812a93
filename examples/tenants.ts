/** Several tenants, each with an issuer of its own that a database knows. None sees another's notes. */
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, CurrentIdentity, type Identity } from 'nestjs-trusted-issuers';

interface Tenant {
  readonly issuer: string;
  readonly audience: string;
  readonly notes: string[];
}

/** Stands for a table. A tenant that signs up is one row more; nothing is started anew. */
const TENANTS = new Map<string, Tenant>(
  (process.env['ISSUERS'] ?? 'http://127.0.0.1:4455')
    .split(',')
    .map((issuer) => [
      issuer,
      { issuer, audience: process.env['AUDIENCE'] ?? 'https://api.example.com', notes: [] },
    ]),
);

@Controller('notes')
export class NotesController {
  @Get()
  list(@CurrentIdentity() { issuer }: Identity) {
    return TENANTS.get(issuer)?.notes;
  }

  @Post()
  write(@CurrentIdentity() { issuer, subject }: Identity) {
    TENANTS.get(issuer)?.notes.push(`a note of ${subject}`);
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      guardEveryRoute: true,
      resolveIssuer: {
        // Where tenants may have their issuers: nobody is asked about any other.
        origins: [...TENANTS.keys()].map((issuer) => new URL(issuer).origin),
        // Nobody has verified this issuer yet: it is looked up, and nothing else is done with it.
        async resolve(issuer) {
          const tenant = TENANTS.get(issuer);
          return tenant && { issuer, audience: tenant.audience };
        },
      },
    }),
  ],
  controllers: [NotesController],
})
export class AppModule {}

async function start() {
  const app = await NestFactory.create(AppModule);
  return app.listen(process.env['PORT'] ?? 3000, '127.0.0.1').then(() => app);
}

export const running = start();
