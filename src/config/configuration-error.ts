/** One fault in the configuration. */
export interface ConfigurationFault {
  /** Where it is, such as `issuers[1].audience`; empty for the configuration itself. */
  readonly path: string;
  /** What is wrong and how to put it right. Never holds a secret. */
  readonly message: string;
}

/** Thrown at start, and when an issuer is added, for a faulty configuration. Its message lists every fault. */
export class AuthConfigurationError extends Error {
  override readonly name = 'AuthConfigurationError';
  /** Every fault that was found, in the order of the issuers. */
  readonly faults: readonly ConfigurationFault[];

  constructor(faults: readonly ConfigurationFault[]) {
    super(messageOf(faults));
    this.faults = Object.freeze([...faults]);
  }
}

function messageOf(faults: readonly ConfigurationFault[]): string {
  const lines = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  return [`The configuration of AuthModule has ${count}:`, ...lines].join('\n  - ');
}
