import { Test } from '@nestjs/testing';
import {
  AccessTokenVerifier,
  AuthModule,
  type AuthModuleConfig,
  type Identity,
  type RefusalException,
  TrustedIssuers,
} from 'nestjs-trusted-issuers';
import { type Clock, systemClock } from '../../src/core/util/clock.js';
import { TOKENS } from '../../src/core/util/di-tokens.js';
import { chosenOptions } from './chosen-options.js';
import { CapturedLog } from './captured-log.js';

/** The module without HTTP: the path of a token, at a time the test sets. */
export interface TestVerifier {
  readonly issuers: TrustedIssuers;
  readonly log: CapturedLog;
  verify(token: string): Promise<Identity>;
  /** The code a token is refused with, or `accepted`. */
  outcome(token: string): Promise<string>;
}

export async function startVerifier(
  config: AuthModuleConfig,
  clock: Clock = systemClock,
): Promise<TestVerifier> {
  const log = new CapturedLog();
  const module = await Test.createTestingModule({
    imports: [AuthModule.forRoot({ ...chosenOptions(), ...config })],
  })
    .overrideProvider(TOKENS.clock)
    .useValue(clock)
    .setLogger(log)
    .compile();
  await module.init();
  log.clear();
  const verifier = module.get(AccessTokenVerifier);
  const verify = (token: string): Promise<Identity> => verifier.verify(token);
  return {
    issuers: module.get(TrustedIssuers),
    log,
    verify,
    outcome: (token) =>
      verify(token).then(
        () => 'accepted',
        (refusal: RefusalException) => refusal.code,
      ),
  };
}
