import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { TrustedIssuersHealthIndicator } from 'nestjs-trusted-issuers/health';
import { NotesController } from './notes.controller.js';

@Controller('health')
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(TrustedIssuersHealthIndicator) private readonly issuers: TrustedIssuersHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<unknown> {
    return this.health.check([() => this.issuers.check()]);
  }
}

/** Options of an application that has its health at `/health`, beside the notes. */
export const HEALTH = {
  imports: [TerminusModule],
  controllers: [NotesController, HealthController],
  providers: [TrustedIssuersHealthIndicator],
};
