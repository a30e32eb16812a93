import {
  createDpopKey,
  type DpopKey,
  proofFor,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import type { TestApplication } from './application.js';
import type { HttpAnswer } from './http.js';

/** The origin of every API of these tests, which is not where it listens. */
export const ORIGIN = 'https://api.example.com';

type ProofOptions = Parameters<typeof proofFor>[1];
type TokenOptions = NonNullable<Parameters<TestIssuer['token']>[0]>;

/** What a call has that is not as it should be. */
export interface ProvingCall extends Partial<ProofOptions> {
  readonly accessToken?: string;
  /** In place of the proof: none, or several. */
  readonly proofs?: readonly string[];
  readonly scheme?: string;
  readonly headerName?: string;
}

/** A client that has a key, tokens bound to it, and a proof for each request. */
export class ProvingClient {
  private constructor(
    private readonly application: Pick<TestApplication, 'call'>,
    private readonly issuer: TestIssuer,
    readonly key: DpopKey,
  ) {}

  static async of(
    application: Pick<TestApplication, 'call'>,
    issuer: TestIssuer,
    algorithm?: DpopKey['algorithm'],
  ): Promise<ProvingClient> {
    return new ProvingClient(application, issuer, await createDpopKey(algorithm));
  }

  token(options: TokenOptions = {}): string {
    return this.issuer.token({ dpop: this.key, ...options });
  }

  proof(path: string, token: string, options: Partial<ProofOptions> = {}): string {
    return proofFor(this.key, { url: ORIGIN + path, token, ...options });
  }

  call(
    path: string,
    {
      accessToken = this.token(),
      proofs,
      scheme = 'DPoP',
      headerName = 'DPoP',
      ...options
    }: ProvingCall = {},
  ): Promise<HttpAnswer> {
    const sent = proofs ?? [this.proof(path, accessToken, options)];
    return this.application.call(path, {
      method: options.method ?? 'GET',
      headers: [
        ['Authorization', `${scheme} ${accessToken}`],
        ...sent.map((proof): [string, string] => [headerName, proof]),
      ],
    });
  }
}
