/**
 * Arrows between the folders of src/ go one way: entries → core → config → core/jose. An entry is a folder that
 * users import by a subpath of its own; types alone may point up. docs/request-path.md says what is where.
 */
const ENTRIES =
  '^src/(client|graphql|health|openapi|opentelemetry|presets|testing|websockets|zod|cli)/';
const VALUES = { dependencyTypesNot: ['type-only'] };

/** What the values of a folder may come from, beside itself. */
const only = (from, ...to) => ({
  name: `${from}-knows-only`,
  comment: `src/${from} may import only ${to.join(', ') || 'nothing'} beside itself`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: {
    path: '^src/',
    pathNot: [`^src/${from}/`, ...to.map((target) => `^src/${target}(/|\\.ts$)`)],
    ...VALUES,
  },
});

/** The same for a folder of the core, by their names there. */
const core = (from, ...to) => only(`core/${from}`, 'config', ...to.map((name) => `core/${name}`));

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
    {
      name: 'core-knows-no-entry',
      comment: 'entries and the module import the core, never the other way round',
      severity: 'error',
      from: { path: '^src/(core|config)/' },
      to: { path: ['^src/[^/]+\\.ts$', ENTRIES], ...VALUES },
    },
    {
      name: 'module-knows-no-entry',
      comment: 'an application that imports the module alone loads no entry',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: ENTRIES },
    },
    {
      name: 'entries-stand-alone',
      comment: 'an entry imports core/ and config/, not the index',
      severity: 'error',
      from: { path: ENTRIES },
      to: { path: '^src/index\\.ts$' },
    },
    only('config', 'core/jose', 'core/util'),
    core('jose'),
    core('util'),
    core('observability', 'refusals/refusal-table', 'util'),
    core(
      'refusals',
      'calls/graphql-exchange',
      'calls/http-exchange',
      'calls/mcp-context',
      'calls/response-headers',
      'guard/steps',
      'util',
    ),
    core('calls', 'refusals', 'util', 'on-demand/websockets', 'on-demand/microservices'),
    core('identity', 'authorization', 'calls', 'jose', 'refusals', 'util'),
    core('authorization', 'calls', 'identity', 'refusals', 'util'),
    core('keys', 'jose', 'refusals', 'util'),
    core('issuers', 'keys', 'refusals', 'util'),
    core('revocation', 'jose/claim-path', 'refusals', 'util'),
    core('passport', 'jose', 'refusals'),
    core('mtls', 'calls', 'jose', 'refusals', 'util'),
    core('jwt', 'identity', 'jose', 'keys/key-limits', 'refusals', 'util'),
    core('guard', 'authorization', 'calls', 'identity', 'jwt', 'refusals', 'revocation', 'util'),
    core('enforcement', 'authorization', 'calls', 'guard', 'identity', 'util'),
    only('client', 'core/refusals/refusal-table', 'core/refusals/refusal-bodies'),
    only('graphql', 'core'),
    only('health', 'core'),
    only('openapi', 'core', 'config'),
    only('opentelemetry', 'core'),
    only('presets', 'config', 'core/util'),
    only('redis', 'core'),
    only('testing', 'core', 'config', 'auth.module', 'auth.module-options'),
    only('websockets', 'core', 'config'),
    only('zod', 'core/refusals/refusal-bodies'),
    only('cli', 'core', 'config', 'testing', 'auth.module', 'auth.module-options'),
    {
      name: 'client-runs-in-browsers',
      comment: 'the client has no dependency, and what it imports has none',
      severity: 'error',
      from: { path: '^src/(client/|core/refusals/refusal-(table|bodies)\\.ts)' },
      to: { pathNot: '^src/' },
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
      from: {
        path: '^src/',
        pathNot: '^src/(websockets|core/on-demand/(websockets|microservices))/',
      },
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
        pathNot: '^src/(core/(on-demand|passport|dpop)|openapi|cli|websockets)/',
      },
      to: {
        path: '^src/(core/(on-demand|passport|dpop)|core/jwt/node-crypto-signature-verifier\\.ts$|websockets)',
        dynamic: false,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'class-validator-by-its-files',
      comment: 'its entry loads ten times what is used of it',
      severity: 'error',
      from: { path: '^src/', pathNot: '/config/class-validator' },
      to: { path: 'node_modules/class-validator/' },
    },
    {
      name: 'passport-behind-one-door',
      comment: 'passport-jwt and @nestjs/passport are named in their folder alone',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/core/passport/',
      },
      to: { path: 'node_modules/(passport-jwt|@nestjs/passport|jsonwebtoken)/' },
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
