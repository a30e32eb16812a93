import { UseGuards } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { expect, it } from '@jest/globals';
import { CurrentIdentity, type Identity, JwtAuthGuard } from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { startGraphQL } from '../support/graphql.js';

@UseGuards(JwtAuthGuard)
@Resolver()
class WhoResolver {
  @Query(() => String)
  whoami(@CurrentIdentity() identity: Identity): string {
    return identity.subject;
  }
}

it('Operations that Mercurius compiled each have a look at their own token', async () => {
  const issuer = await createTestIssuer({ listen: false });
  let asked = 0;
  const application = await startGraphQL(
    'Mercurius',
    { issuers: [issuer.config()], isRevoked: () => asked++ > 1e6 },
    { resolvers: [WhoResolver], graphql: { jit: 1 } },
  );
  try {
    for (const subject of ['alice', 'bob', 'carol', 'dave']) {
      const token = issuer.token({ subject });
      const { data } = await application.query('{ a: whoami b: whoami }', token);
      expect(data).toEqual({ a: subject, b: subject });
    }
    expect(asked).toBe(4);
    const stranger = await application.query('{ a: whoami b: whoami }');
    expect(stranger.errors?.[0]?.extensions).toMatchObject({ code: 'auth_required' });
  } finally {
    await application.close();
  }
});
