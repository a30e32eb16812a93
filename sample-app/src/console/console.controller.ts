import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Inject,
  type MessageEvent,
  NotFoundException,
  Param,
  Post,
  Sse,
  UseGuards,
} from '@nestjs/common';
import { auditTime, map, merge, type Observable, of } from 'rxjs';
import { API, PAGE, SCOPE } from '../issuers/oidc-provider.configuration.js';
import { ACTIONS, ISSUER_NAMES, IssuerSwitches } from './issuer-switches.js';
import { LiveNumbers } from './live-numbers.js';
import { Logouts } from './logouts.js';
import { OPAQUE_NAMES } from './opaque-tokens.js';
import { RequestTraces, type RequestTrace } from './request-traces.js';
import { ThisPageGuard } from './this-page.guard.js';
import { SHAPE_NAMES } from './token-shapes.js';

/** The token that the page wants. */
interface Wanted {
  readonly issuer: unknown;
  readonly shape: unknown;
  /** Of the page's own key, for a token that is bound to it. */
  readonly thumbprint: unknown;
}

/**
 * What the page needs beside the API. For the show only: a real API gives out no tokens and does
 * not switch off issuers.
 */
@UseGuards(ThisPageGuard)
@Controller('console')
export class ConsoleController {
  constructor(
    @Inject(IssuerSwitches) private readonly switches: IssuerSwitches,
    @Inject(RequestTraces) private readonly traces: RequestTraces,
    @Inject(LiveNumbers) private readonly numbers: LiveNumbers,
    @Inject(Logouts) private readonly logouts: Logouts,
  ) {}

  @Post('tokens')
  async token(@Body() { issuer, shape, thumbprint }: Partial<Wanted> = {}): Promise<object> {
    // One issuer alone gives out opaque tokens.
    const opaque = issuer === 'es256' && OPAQUE_NAMES.find((name) => name === shape);
    if (opaque) return { token: this.switches.opaqueToken(opaque) };
    const name = oneOf(SHAPE_NAMES, shape);
    const bound = typeof thumbprint === 'string' ? thumbprint : undefined;
    return { token: await this.switches.token(oneOf(ISSUER_NAMES, issuer), name, bound) };
  }

  @Post('issuers/:name/:action')
  async act(@Param('name') name: string, @Param('action') action: string): Promise<object> {
    await this.switches.act(oneOf(ISSUER_NAMES, name), oneOf(ACTIONS, action));
    this.numbers.changes.next();
    return { issuers: this.switches.views() };
  }

  /** Has the issuer of a token tell the API that its session has ended. */
  @Post('logout')
  async logOut(@Body() body?: { token?: unknown }): Promise<object> {
    const report = await this.logouts.logOut(String(body?.token));
    if (!report) throw new BadRequestException('no token of an issuer of this sample');
    return report;
  }

  /** What happened to one request, by the `X-Request-Id` of its answer. */
  @Get('traces/:id')
  trace(@Param('id') id: string): RequestTrace {
    const trace = this.traces.find(id);
    if (!trace) throw new NotFoundException();
    return trace;
  }

  /** What a client of the authorization server has to know to log a user in. */
  @Get('login')
  login(): object {
    const issuer = this.switches.issuerOf('oidc');
    return { issuer, clientId: PAGE.id, resource: API, scope: `openid ${SCOPE}` };
  }

  @Sse('live')
  live(): Observable<MessageEvent> {
    return merge(of(undefined), this.numbers.changes.pipe(auditTime(50))).pipe(
      map(() => ({ data: { numbers: this.numbers.read(), issuers: this.switches.views() } })),
    );
  }
}

function oneOf<T extends string>(known: readonly T[], given: unknown): T {
  const found = known.find((one) => one === given);
  if (found === undefined) throw new BadRequestException(`one of ${known.join(', ')}`);
  return found;
}
