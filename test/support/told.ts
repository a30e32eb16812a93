import { Logger } from '@nestjs/common';
import { KeyReporter } from '../../src/core/keys/key-reporter.js';
import { AuthEvents } from '../../src/core/observability/auth-events.js';
import type { AuthEventMap } from '../../src/core/observability/auth-observer.js';
import { CapturedLog } from './captured-log.js';

/** The issuer whose keys are told of. */
export const ISSUER = 'https://issuer.example';

type Name = keyof AuthEventMap;

/** What log and observers are told of the keys of {@link ISSUER}. */
export interface Told {
  readonly report: KeyReporter;
  readonly log: CapturedLog;
  /** The events of a name, in order. */
  events<N extends Name>(name: N): AuthEventMap[N][];
}

/** From here on the log of Nest is this one. */
export function told(): Told {
  const all: { name: Name; event: unknown }[] = [];
  const note = (name: Name) => (event: unknown) => void all.push({ name, event });
  const events = new AuthEvents({
    observers: [
      {
        keysRefreshed: note('keysRefreshed'),
        keyRefreshFailed: note('keyRefreshFailed'),
        staleKeysServed: note('staleKeysServed'),
        unknownKey: note('unknownKey'),
      },
    ],
  });
  const log = new CapturedLog();
  Logger.overrideLogger(log);
  return {
    report: new KeyReporter(ISSUER, events),
    log,
    events: (name) => all.filter((one) => one.name === name).map(({ event }) => event as never),
  };
}
