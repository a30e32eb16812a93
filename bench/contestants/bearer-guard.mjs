import { UnauthorizedException } from '@nestjs/common';

/** What jsonwebtoken can verify. */
export const isJsonwebtokenAlgorithm = (algorithm) => /^(RS|PS|ES)(256|384|512)$/.test(algorithm);

/**
 * The guard a team writes around a synchronous library, as the Nest documentation shows it.
 *
 * @param {(token: string) => unknown} verify
 * @returns {import('@nestjs/common').CanActivate}
 */
export const guardWith = (verify) => ({
  canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const token = bearerTokenOf(request);
    try {
      request.user = verify(token);
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  },
});

/**
 * The same around an asynchronous one.
 *
 * @param {(token: string) => Promise<unknown>} verify
 * @returns {import('@nestjs/common').CanActivate}
 */
export const asyncGuardWith = (verify) => ({
  async canActivate(context) {
    const request = context.switchToHttp().getRequest();
    const token = bearerTokenOf(request);
    try {
      request.user = await verify(token);
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  },
});

function bearerTokenOf(request) {
  const [type, token] = request.headers.authorization?.split(' ') ?? [];
  if (type !== 'Bearer' || !token) throw new UnauthorizedException();
  return token;
}
