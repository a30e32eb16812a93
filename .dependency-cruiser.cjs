/** Arrows between the rooms of src/ go one way; DESIGN in docs/request-path.md. */
const room = (name) => `^src/${name}/`;
const only = (from, ...to) => ({
  name: `${from}-knows-only`,
  comment: `src/${from} may import only ${to.join(', ') || 'nothing'} beside itself`,
  severity: 'error',
  from: { path: room(from) },
  to: {
    path: '^src/',
    pathNot: [room(from), ...to.map((target) => `^src/${target}(/|\\.ts$)`)],
  },
});

/** What users import by a subpath of its own, and the command line. */
const OPTIONAL_ROOMS =
  '^src/(testing|trust/presets|health|opentelemetry|client|graphql|zod|openapi|cli)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'a circle has no first file to read; types alone may point back',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only(
      'refusals',
      'config/defaults',
      'di-tokens',
      'observability/auth-events',
      'request/graphql.exchange',
      'request/http.exchange',
      'safe-logger',
    ),
    only(
      'observability',
      ...['config', 'refusals/refusal\\.table', 'di-tokens', 'is-promise', 'safe-logger'],
    ),
    only(
      'config',
      'identity/identity',
      'identity/claim-path',
      'observability/auth-observer',
      'keys/key-algorithms',
      'keys/jwk-members',
      'keys/jwk-set.reader',
    ),
    only(
      'request',
      ...['config', 'refusals', 'di-tokens', 'route-memo', 'at-once'],
      // The exceptions of a transport, loaded with its first refusal.
      ...['websockets/ws-refusal.exception', 'microservices/rpc-exception-of'],
    ),
    only('microservices', 'refusals'),
    only(
      'websockets',
      ...['authentication/jwt-auth.guard', 'config', 'identity', 'refusals', 'request'],
      ...['clock', 'di-tokens', 'route', 'safe-logger'],
    ),
    only(
      'identity',
      ...[
        'at-once',
        'config',
        'refusals',
        'request/exchange',
        'request/request-user',
        'di-tokens',
        'access-mode',
        'route',
        'safe-logger',
      ],
    ),
    only('route', 'access-mode', 'route-memo', 'authorization/requirement'),
    only(
      'authorization',
      'identity',
      'refusals',
      'request/exchange',
      'request/request-user',
      'route',
      'clock',
      'di-tokens',
    ),
    only('keys', 'config', 'refusals', 'observability', 'clock', 'deadline', 'safe-logger'),
    only(
      'trust',
      ...[
        'identity/identity',
        'keys',
        'config',
        'refusals',
        'observability',
        'clock',
        'deadline',
        'di-tokens',
      ],
      'safe-logger',
    ),
    only('trust/presets', 'config'),
    only('health', 'keys', 'trust', 'di-tokens'),
    only('opentelemetry', 'observability'),
    only('client', 'refusals/refusal.table', 'refusals/refusal.bodies'),
    only('graphql', 'authentication/access-token.verifier', 'identity', 'refusals', 'request'),
    only('zod', 'refusals/refusal.bodies'),
    {
      name: 'client-runs-in-browsers',
      comment: 'the client has no dependency, and what it imports has none',
      severity: 'error',
      from: { path: '^src/(client/|refusals/refusal\\.(table|bodies)\\.ts)' },
      to: { pathNot: '^src/' },
    },
    // The test kit and the command line are optional: they may know the core, and it never knows them.
    only(
      'testing',
      ...['config', 'identity', 'request', 'refusals'],
      ...['route', 'auth.module', 'auth.module-definition', 'di-tokens'],
    ),
    {
      name: 'core-never-imports-optional-rooms',
      comment: 'what is optional imports the core, never the other way round',
      severity: 'error',
      from: { path: '^src/', pathNot: OPTIONAL_ROOMS },
      to: { path: OPTIONAL_ROOMS },
    },
    {
      name: 'optional-peers-behind-their-subpath',
      comment: 'who does not use them need not install them',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(openapi|zod)/' },
      to: { path: 'node_modules/(@nestjs/swagger|zod)/' },
    },
    {
      name: 'graphql-without-its-packages',
      comment:
        'the guard reads GraphQL contexts by their shape; an HTTP-only application has none of these',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        path: 'node_modules/(@nestjs/(graphql|apollo|mercurius)|@apollo|mercurius|graphql(-ws)?)/',
      },
    },
    {
      name: 'transports-behind-their-rooms',
      comment: 'an application that has no gateways or microservices need not install them',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(websockets|microservices)/' },
      to: {
        path: 'node_modules/@nestjs/(websockets|microservices|platform-ws|platform-socket.io)/',
      },
    },
    {
      name: 'loaded-on-demand',
      comment: 'what a configuration may leave out is loaded only by those that ask for it',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(metadata|audit|reference|openapi|cli|websockets|microservices)/',
      },
      to: {
        path: '^src/(metadata|audit|reference|websockets|microservices)/',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'passport-behind-one-door',
      comment: 'passport-jwt and @nestjs/passport are named in the two files that wrap them',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/authentication/(issuer-jwt\\.strategy|passport\\.bridge)\\.ts$',
      },
      to: { path: '(passport-jwt|@nestjs/passport|jsonwebtoken)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
