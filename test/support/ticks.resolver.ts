import { UseGuards } from '@nestjs/common';
import { Query, Resolver, Subscription } from '@nestjs/graphql';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  Public,
  RequireScopes,
} from 'nestjs-trusted-issuers';
import { setTimeout as wait } from 'node:timers/promises';

/** Subscriptions that say who is listening, again and again. */
@UseGuards(JwtAuthGuard)
@Resolver()
export class TicksResolver {
  @Query(() => String)
  whoami(@CurrentIdentity() { subject }: Identity): string {
    return subject;
  }

  @Subscription(() => String)
  ticks(@CurrentIdentity() { subject }: Identity): AsyncGenerator<object> {
    return ticking('ticks', subject);
  }

  @Subscription(() => String, { filter: () => true })
  filtered(@CurrentIdentity() { subject }: Identity): AsyncGenerator<object> {
    return ticking('filtered', subject);
  }

  @RequireScopes('ticks:read')
  @Subscription(() => String)
  scoped(@CurrentIdentity() { subject }: Identity): AsyncGenerator<object> {
    return ticking('scoped', subject);
  }

  @Public()
  @Subscription(() => String)
  open(): AsyncGenerator<object> {
    return ticking('open', 'anybody');
  }
}

async function* ticking(field: string, text: string): AsyncGenerator<object> {
  for (;;) {
    yield { [field]: text };
    await wait(10);
  }
}
