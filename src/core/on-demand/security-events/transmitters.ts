import { resolveTrustedIssuer } from '../../../config/resolved-issuer.js';
import type { TransmitterConfig } from '../../../config/revocation-config.js';
import type { TrustedIssuer } from '../../issuers/trusted-issuer.js';
import type { TrustedIssuers } from '../../issuers/trusted-issuers.js';
import { createKeySource, type KeySourceSurroundings } from '../../keys/create-key-source.js';
import type { MaybeAsync } from '../../util/maybe-async.js';

/** The configured transmitters, by the exact `iss` of their tokens, and their keys. */
export class Transmitters {
  private readonly byIssuer: ReadonlyMap<unknown, TransmitterConfig>;
  private readonly withKeys = new Map<unknown, TrustedIssuer>();

  constructor(
    transmitters: readonly TransmitterConfig[],
    private readonly issuers: Pick<TrustedIssuers, 'find'>,
    surroundings: KeySourceSurroundings,
  ) {
    this.byIssuer = new Map(transmitters.map((transmitter) => [transmitter.issuer, transmitter]));
    for (const { issuer, audience, keys } of transmitters) {
      if (keys === undefined) continue;
      const policy = resolveTrustedIssuer({ issuer, audience, keys });
      this.withKeys.set(issuer, { policy, keys: createKeySource(policy, surroundings) });
    }
  }

  named(iss: unknown): TransmitterConfig | undefined {
    return this.byIssuer.get(iss);
  }

  /**
   * Whose keys verify its tokens: its own, or those of the trusted issuer of this name. `undefined` for who is
   * no transmitter, or was one by an issuer that is trusted no longer.
   */
  keysOf(iss: unknown): MaybeAsync<TrustedIssuer | undefined> {
    const own = this.withKeys.get(iss);
    if (own !== undefined) return own;
    return this.byIssuer.has(iss) ? this.issuers.find(iss) : undefined;
  }
}
