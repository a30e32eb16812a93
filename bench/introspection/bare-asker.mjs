import { Agent, request } from 'node:http';
import { UnauthorizedException } from '@nestjs/common';
import { JwtAuthGuard } from '../../dist/esm/index.js';

/**
 * The guard with the least between an opaque token and its endpoint: `node:http`, no deadline, no bound, nothing
 * kept. It takes every answer for inactive. Other tokens are judged as usual.
 *
 * @param {string} endpoint
 */
export function bareAsker(endpoint) {
  const agent = new Agent({ keepAlive: true });
  const headers = {
    accept: 'application/json',
    authorization: `Basic ${Buffer.from('api:secret').toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  const ask = (token) =>
    new Promise((resolve, reject) => {
      const sent = request(endpoint, { method: 'POST', agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve(JSON.parse(text)));
      });
      sent.on('error', reject);
      sent.end(`token=${token}&token_type_hint=access_token`);
    });
  class BareAsker extends JwtAuthGuard {
    canActivate(context) {
      const { authorization } = context.switchToHttp().getRequest().headers;
      const token = /^Bearer ([\w-]+)$/.exec(authorization)?.[1];
      if (token === undefined) return super.canActivate(context);
      return ask(token).then(() => {
        throw new UnauthorizedException();
      });
    }
  }
  const injected = 'design:paramtypes';
  Reflect.defineMetadata(injected, Reflect.getMetadata(injected, JwtAuthGuard), BareAsker);
  return BareAsker;
}
