import type { TrustedIssuers } from 'nestjs-trusted-issuers';
import type { EmbeddedIssuer } from '../issuers/embedded-issuer.js';
import type { IssuerName, SampleIssuers } from '../issuers/sample-issuers.js';
import { type OpaqueName, opaqueToken } from './opaque-tokens.js';
import { type ShapeName, shapedToken } from './token-shapes.js';

/** An issuer as the page shows it. */
export interface IssuerView {
  readonly name: IssuerName;
  readonly issuer: string;
  readonly algorithm: string;
  readonly kid: string;
  readonly isDown: boolean;
  /** How often it was asked for its keys. */
  readonly asked: number;
  /** What the API knows of its keys; absent: the API does not trust it. */
  readonly keys?: { readonly state: string; readonly known: number };
}

/** What each signs with. */
export const ALGORITHMS: Readonly<Record<IssuerName, string>> = {
  oidc: 'RS256',
  es256: 'ES256',
  eddsa: 'EdDSA',
  untrusted: 'ES256',
};

export const ISSUER_NAMES = Object.keys(ALGORITHMS) as readonly IssuerName[];
export const ACTIONS = ['take-down', 'bring-back', 'rotate-keys', 'forget-keys'] as const;
export type Action = (typeof ACTIONS)[number];

/** What the page's buttons do to the embedded issuers. */
export class IssuerSwitches {
  private readonly down = new Set<IssuerName>();

  constructor(
    private readonly issuers: SampleIssuers,
    private readonly trustedIssuers: TrustedIssuers,
  ) {}

  /** The `iss` of an issuer. */
  issuerOf(name: IssuerName): string {
    return this.issuers[name].issuer;
  }

  /** A good token of oidc-provider comes from its token endpoint, unless that is down. */
  async token(name: IssuerName, shape: ShapeName, thumbprint?: string): Promise<string> {
    const isReal = name === 'oidc' && shape === 'valid' && !this.down.has(name);
    return isReal
      ? this.issuers[name].accessToken()
      : shapedToken(this.issuers[name], ALGORITHMS[name], shape, thumbprint);
  }

  opaqueToken(name: OpaqueName): string {
    return opaqueToken(this.issuers.es256, name);
  }

  async act(name: IssuerName, action: Action): Promise<void> {
    const issuer: EmbeddedIssuer = this.issuers[name];
    switch (action) {
      case 'take-down':
        issuer.goDown();
        this.down.add(name);
        break;
      case 'bring-back':
        issuer.comeBack();
        this.down.delete(name);
        break;
      case 'rotate-keys':
        await issuer.rotateKeys();
        break;
      case 'forget-keys':
        this.forgetKeys(issuer.issuer);
        break;
    }
  }

  views(): readonly IssuerView[] {
    const statuses = this.trustedIssuers.status();
    return ISSUER_NAMES.map((name) => {
      const { issuer, kid, requests } = this.issuers[name];
      const status = statuses.find((one) => one.issuer === issuer);
      return {
        ...{ name, issuer, algorithm: ALGORITHMS[name], kid, isDown: this.down.has(name) },
        asked: requests.filter(({ path }) => path.endsWith('/jwks')).length,
        ...(status && { keys: { state: status.state, known: status.keys } }),
      };
    });
  }

  /** As after a restart of the API: the same terms, with nothing fetched yet. */
  private forgetKeys(issuer: string): void {
    const terms = this.trustedIssuers.list().find((one) => one.issuer === issuer);
    if (terms) this.trustedIssuers.replace(terms);
  }
}
