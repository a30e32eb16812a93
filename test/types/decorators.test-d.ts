import { Controller, Get, UseGuards } from '@nestjs/common';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  OptionalAuth,
  Protected,
  Public,
  RequireAuthentication,
  RequireIssuer,
  RequireRoles,
  RequireScopes,
} from 'nestjs-trusted-issuers';

// On classes and on methods.
@Public()
@OptionalAuth()
@Protected()
@RequireScopes('notes:read', 'notes:write')
@RequireScopes.any('notes:read')
@RequireIssuer('https://staff.example.com', 'partner')
@RequireRoles('admin')
@RequireRoles.any('admin', 'owner')
@RequireAuthentication({ acrValues: ['phr'], maxAgeSeconds: 300 })
@UseGuards(JwtAuthGuard)
@Controller()
export class Good {
  @Public()
  @OptionalAuth()
  @Protected()
  @RequireScopes('notes:read')
  @RequireRoles('admin')
  @RequireAuthentication({ maxAgeSeconds: 300 })
  @Get()
  list(@CurrentIdentity() identity: Identity): string {
    return identity.id;
  }
}

export class Bad {
  // @ts-expect-error Names none.
  @RequireScopes()
  noScope(): void {}

  // @ts-expect-error A list is spread.
  @RequireScopes(['notes:read'])
  list(): void {}

  // @ts-expect-error Names none.
  @RequireRoles.any()
  noRole(): void {}

  // @ts-expect-error Names none.
  @RequireIssuer()
  noIssuer(): void {}

  // @ts-expect-error A list is spread.
  @RequireIssuer(['staff'])
  issuerList(): void {}

  // @ts-expect-error An empty list of means.
  @RequireAuthentication({ acrValues: [] })
  noMeans(): void {}

  // @ts-expect-error The unit belongs to the name.
  @RequireAuthentication({ maxAge: 300 })
  noUnit(): void {}

  // @ts-expect-error Takes nothing: a route is public or it is not.
  @Public(true)
  flag(): void {}

  // @ts-expect-error A whole identity, not one of its members.
  member(@CurrentIdentity('subject') _subject: string): void {}

  // @ts-expect-error Not on a property.
  @RequireScopes('notes:read')
  property = 1;
}
