import type {
  Attempt,
  AuthenticatedToken,
  RememberedToken,
  TokenAuthenticator,
} from '../jwt/authenticated-token.js';
import type { Result } from '../refusals/refusal.js';

/** A way to authenticate tokens that is loaded while requests come; they wait for it. */
export class LateAuthenticator implements TokenAuthenticator {
  private loaded: TokenAuthenticator | undefined;

  constructor(private readonly loading: Promise<TokenAuthenticator>) {
    // Every request gets the failure by itself.
    loading.then((loaded) => (this.loaded = loaded)).catch(() => undefined);
  }

  recall(token: string): RememberedToken | undefined {
    return this.loaded?.recall(token);
  }

  async authenticate(token: string, attempt: Attempt): Promise<Result<AuthenticatedToken>> {
    const tokens = this.loaded ?? (await this.loading);
    return tokens.authenticate(token, attempt);
  }
}
