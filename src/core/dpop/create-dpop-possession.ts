import type { ResolvedDpop } from '../../config/resolved-config.js';
import { acceptedAlgorithms } from '../jose/edwards-algorithms.js';
import { NodeCryptoSignatureVerifier } from '../jwt/node-crypto-signature-verifier.js';
import type { AuthEvents } from '../observability/auth-events.js';
import type { Clock } from '../util/clock.js';
import { SafeLogger } from '../util/safe-logger.js';
import { ClientKeys } from './client-keys.js';
import { DpopPossession } from './dpop-possession.js';
import { MemoryReplayStore } from './memory-replay-store.js';
import { ProofNonces } from './proof-nonces.js';
import { ProofReservations } from './proof-reservations.js';
import { ProofVerifier } from './proof-verifier.js';
import { PublicAddress } from './public-address.js';

const IN_THIS_PROCESS =
  'DPoP: used proofs are remembered in this process alone (dpop.replay: "this-process"). With several processes, give them a store that they share.';

/** Puts the check of proofs together, as it is configured. */
export function createDpopPossession(
  config: ResolvedDpop,
  { clock, events }: { readonly clock: Clock; readonly events: AuthEvents },
): DpopPossession {
  const { algorithms, maxAgeSeconds, maxFutureSeconds, nonce } = config;
  const terms = { algorithms: acceptedAlgorithms(algorithms), maxAgeSeconds, maxFutureSeconds };
  return new DpopPossession({
    ...{ maxAgeSeconds, maxFutureSeconds },
    verifier: new ProofVerifier(
      terms,
      new PublicAddress(config.origin, config.paths),
      new ClientKeys(),
      new NodeCryptoSignatureVerifier(),
      clock,
    ),
    nonces: nonce && new ProofNonces(nonce.secret, nonce.ttlSeconds, clock),
    reservations: reservationsOf(config, clock, events),
  });
}

function reservationsOf(
  { replay }: ResolvedDpop,
  clock: Clock,
  events: AuthEvents,
): ProofReservations | undefined {
  if (replay === 'elsewhere') return undefined;
  if (replay !== 'this-process') return new ProofReservations(replay);
  new SafeLogger().log(IN_THIS_PROCESS);
  return new ProofReservations(new MemoryReplayStore(clock), ({ isOfOneClient }) =>
    events.publish('replayStoreFull', { isOfOneClient }),
  );
}
