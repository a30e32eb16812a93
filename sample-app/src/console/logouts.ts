import { randomUUID } from 'node:crypto';
import { LOGOUT_CLIENT } from '../app.module.js';
import type { EmbeddedIssuer } from '../issuers/embedded-issuer.js';
import type { IssuerName, SampleIssuers } from '../issuers/sample-issuers.js';

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Where the processes of the API answer. */
export interface Processes {
  readonly first: string;
  readonly second: string;
}

/** What came of a logout. */
export interface LogoutReport {
  /** What the first process answered to the logout token. */
  readonly status: number;
  /** Where the second process answers. */
  readonly second: string;
}

/** Does what an authorization server does when a user logs out there: it tells the API, by a logout token. */
export class Logouts {
  constructor(
    private readonly issuers: SampleIssuers,
    private readonly algorithms: Readonly<Record<IssuerName, string>>,
    private readonly processes: Processes,
  ) {}

  /**
   * Logs out the session of a token, or its subject where the token names no session.
   *
   * @returns `undefined` for what is no token of an issuer of this sample.
   */
  async logOut(token: string): Promise<LogoutReport | undefined> {
    const { iss, sub, sid } = claimsIn(token);
    const names = Object.keys(this.issuers) as IssuerName[];
    const name = names.find((one) => this.issuers[one].issuer === iss);
    if (name === undefined) return undefined;
    const logoutToken = this.logoutToken(this.issuers[name], this.algorithms[name], { sub, sid });
    const { status } = await fetch(`${this.processes.first}/backchannel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: logoutToken }),
    });
    return { status, second: this.processes.second };
  }

  /** OpenID Connect Back-Channel Logout 1.0 section 2.4. */
  private logoutToken(issuer: EmbeddedIssuer, algorithm: string, whose: object): string {
    const iat = Math.floor(Date.now() / 1_000);
    return issuer.sign(
      { alg: algorithm, typ: 'logout+jwt', kid: issuer.kid },
      {
        ...{ iss: issuer.issuer, aud: LOGOUT_CLIENT, jti: randomUUID() },
        ...{ iat, exp: iat + 120, events: { [LOGOUT_EVENT]: {} } },
        ...whose,
      },
    );
  }
}

/** Read, not verified: the page sends what it was given here. */
function claimsIn(token: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString(),
    );
    return Object(claims) as Record<string, unknown>;
  } catch {
    return {};
  }
}
