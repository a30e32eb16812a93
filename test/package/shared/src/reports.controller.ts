import { Controller, Get, Injectable, UseGuards } from '@nestjs/common';
import {
  CurrentIdentity,
  type Identity,
  JwtAuthGuard,
  RequireScopes,
} from 'nestjs-trusted-issuers';

@Injectable()
export class Reports {
  of(caller: string): string[] {
    return [`report of ${caller}`];
  }
}

/** What the example of the README lacks: a demand for scopes, and a service that Nest injects by its type. */
@UseGuards(JwtAuthGuard)
@RequireScopes('reports:read')
@Controller('reports')
export class ReportsController {
  constructor(private readonly reports: Reports) {}

  @Get()
  list(@CurrentIdentity() identity: Identity): string[] {
    return this.reports.of(identity.subject);
  }
}
