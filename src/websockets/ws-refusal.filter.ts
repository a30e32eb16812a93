import { type ArgumentsHost, Catch, Injectable, UnauthorizedException } from '@nestjs/common';
import {
  InsufficientScopeException,
  InvalidRequestException,
  KeysUnavailableException,
} from '../core/refusals/refusal-exceptions.js';
import { RefusalExceptionFilter } from '../core/refusals/refusal.filter.js';
import { ConnectedSocket } from './connected-socket.js';
import { WsRefusalException } from '../core/on-demand/websockets/ws-refusal.exception.js';

/**
 * Tells a gateway's client of a refusal by the event `exception`: of those that `JwtAuthGuard` throws, and
 * of the application's own `UnauthorizedException`, which would be an "Internal server error" without it,
 * because filters for the whole application do not reach gateways. `@AuthenticatedGateway()` has it;
 * elsewhere write `@UseFilters(WsRefusalFilter)`.
 *
 * On Nest 11 with ws it is needed for any of them to reach the client: Nest's own filter calls `emit`,
 * which ws does not send.
 */
@Injectable()
@Catch(
  WsRefusalException,
  UnauthorizedException,
  InsufficientScopeException,
  InvalidRequestException,
  KeysUnavailableException,
)
export class WsRefusalFilter extends RefusalExceptionFilter {
  override catch(exception: UnauthorizedException | WsRefusalException, host: ArgumentsHost): void {
    const socket = new ConnectedSocket(host.switchToWs().getClient<object>());
    if (exception instanceof WsRefusalException) return socket.tell(exception.getError());
    const { body, applicationBody = body } = this.present(exception);
    socket.tell(applicationBody);
  }
}
