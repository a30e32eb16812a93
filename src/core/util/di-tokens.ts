/**
 * Raised whenever what is provided under one of these tokens changes in a way that a guard of another
 * version could misread. Two such versions in one process then don't find each other, and the
 * application does not start.
 */
const CONTRACT = 3;

/** Nest shows the name where a provider is missing. */
const token = (name: string): symbol =>
  Symbol.for(`nestjs-trusted-issuers:${name}#${CONTRACT} of AuthModule.forRoot(…)`);

/**
 * Injection tokens of the module's inner parts. Registered symbols, so that two copies of this
 * package in one application (one ESM, one CommonJS) still mean the same provider.
 */
export const TOKENS = {
  /** NestJS' own parts, which it knows by classes of its own copy. */
  modules: token('modules'),
  application: token('application'),
  adapterHost: token('adapter-host'),
  /** The configuration as given. */
  config: token('config'),
  /** The configuration, validated and with defaults applied. */
  resolvedConfig: token('resolved-config'),
  trustedIssuers: token('trusted-issuers'),
  /** What the configuration says about demands. */
  demandRules: token('demand-rules'),
  /** The provider of `JwtAuthGuard`, for code that has the class of another copy of this package. */
  guard: token('guard'),
  credentialsReader: token('credentials-reader'),
  /** Finds the caller behind the text of a token. */
  authenticator: token('authenticator'),
  /** Finds out whether a token is its issuer's. */
  tokenAuthenticator: token('token-authenticator'),
  /** Authenticates those that are JWTs, by their signature. */
  jwtAuthenticator: token('jwt-authenticator'),
  /** Loads what asks issuers about tokens. */
  loadIntrospection: token('load-introspection'),
  signatureVerifier: token('signature-verifier'),
  /** Checks that a bound token comes from its owner. */
  tokenBinding: token('token-binding'),
  /** The ways to prove that; empty where the configuration allows none. */
  proofsOfPossession: token('proofs-of-possession'),
  /** Looks at start whether clients can have a certificate. */
  connectionCheck: token('connection-check'),
  requestAuthenticator: token('request-authenticator'),
  /** What the tools of MCP-Nest demand; absent where there are none. */
  mcpDemands: token('mcp-demands'),
  /** What looks after calls behind the last guard. */
  enforcement: token('enforcement'),
  enforcementInstaller: token('enforcement-installer'),
  /** When streams of server-sent events end. */
  eventStreams: token('event-streams'),
  writtenCheck: token('written-check'),
  /** How the application words its refusals. */
  refusalPresentation: token('refusal-presentation'),
  errorReference: token('error-reference'),
  refusalResponder: token('refusal-responder'),
  resourceMetadata: token('resource-metadata'),
  /** What was revoked; `undefined` without the option `revocation`. */
  revocationList: token('revocation-list'),
  /** What takes logout tokens and security event tokens. */
  securityEvents: token('security-events'),
  /** `true` where the guard was promised to every route. */
  guardsEveryRoute: token('guards-every-route'),
  startUpAudit: token('start-up-audit'),
  events: token('events'),
  clock: token('clock'),
} as const;
