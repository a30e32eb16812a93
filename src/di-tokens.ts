/**
 * Injection tokens of the module's inner parts. Registered symbols, so that two copies of this
 * package in one application (one ESM, one CommonJS) still mean the same provider.
 */
export const TOKENS = {
  /** The configuration as given. */
  config: Symbol.for('nestjs-trusted-issuers:config'),
  /** The configuration, validated and with defaults applied. */
  resolvedConfig: Symbol.for('nestjs-trusted-issuers:resolved-config'),
  trustedIssuers: Symbol.for('nestjs-trusted-issuers:trusted-issuers'),
  credentialsReader: Symbol.for('nestjs-trusted-issuers:credentials-reader'),
  authenticator: Symbol.for('nestjs-trusted-issuers:authenticator'),
  /** How the application words its refusals. */
  refusalPresentation: Symbol.for('nestjs-trusted-issuers:refusal-presentation'),
  errorReference: Symbol.for('nestjs-trusted-issuers:error-reference'),
  refusalResponder: Symbol.for('nestjs-trusted-issuers:refusal-responder'),
  resourceMetadata: Symbol.for('nestjs-trusted-issuers:resource-metadata'),
  /** `true` where the guard was promised to every route. */
  guardsEveryRoute: Symbol.for('nestjs-trusted-issuers:guards-every-route'),
  startUpAudit: Symbol.for('nestjs-trusted-issuers:start-up-audit'),
  events: Symbol.for('nestjs-trusted-issuers:events'),
  clock: Symbol.for('nestjs-trusted-issuers:clock'),
} as const;
