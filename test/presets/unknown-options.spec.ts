import { describe, expect, it } from '@jest/globals';
import { AuthConfigurationError } from 'nestjs-trusted-issuers';
import * as presets from 'nestjs-trusted-issuers/presets';

type Preset = (options: unknown) => unknown;
/** Compare scopes, and have no options. */
const MATCHERS = ['pathScopes', 'smartScopes'];
const PRESETS = Object.entries(presets as unknown as Record<string, Preset>).filter(
  ([name]) => !MATCHERS.includes(name),
);
const { auth0, authentik, entra, firebase, githubActions, google, keycloak, kubernetes } =
  presets as unknown as Record<keyof typeof presets, Preset>;

const realm = { url: 'https://id.example.com', realm: 'a' };

describe('An option no preset knows', () => {
  it.each<[make: () => unknown, fault: string]>([
    [
      () => google({ clientIds: 'a', hostedDomain: 'acme.com' }),
      'google.hostedDomain: unknown option. Did you mean hostedDomains?',
    ],
    [
      () => kubernetes({ serviceAccount: 'ns:a' }),
      'kubernetes.serviceAccount: unknown option. Did you mean serviceAccounts?',
    ],
    [
      () => keycloak({ ...realm, clientId: 'x' }),
      'keycloak.clientId: unknown option. Did you mean clientIds?',
    ],
    [
      () => githubActions({ repositoryOwnerIds: '1', repositoryId: '5' }),
      'githubActions.repositoryId: unknown option. Did you mean repositoryIds?',
    ],
    [
      () => entra({ tenantId: 'x', versions: [1, 2] }),
      'entra.versions: unknown option. Did you mean version?',
    ],
    [
      () => auth0({ domain: 'acme.eu.auth0.com', audiance: 'api' }),
      'auth0.audiance: unknown option. Did you mean audience?',
    ],
    [
      () => authentik({ url: 'https://auth.example.com', slug: 'a', clientIds: ['b'] }),
      'authentik.clientIds: unknown option. Did you mean clientId?',
    ],
    [
      () => keycloak({ ...realm, clockToleranceSeconds: 10 }),
      'keycloak.clockToleranceSeconds: unknown option here. Spread the preset and add it: { ...keycloak(…), clockToleranceSeconds: … }.',
    ],
    [
      () => google({ clientIds: 'a', audience: 'b' }),
      'google.audience: unknown option here. Spread the preset and add it: { ...google(…), audience: … }.',
    ],
    [
      () => firebase({ projectId: 'my-project', 'odd name': 1 }),
      'firebase["odd name"]: unknown option. Known here: projectId, tenants.',
    ],
  ])('%p', (make, fault) => {
    expect(make).toThrow(AuthConfigurationError);
    expect(make).toThrow(fault);
  });

  it('is reported with all others of its kind, and without its value', () => {
    expect(() => auth0({ domein: 's3cret', audiance: 's3cret' })).toThrow(
      new AuthConfigurationError([
        { path: 'auth0.domein', message: 'unknown option. Did you mean domain?' },
        { path: 'auth0.audiance', message: 'unknown option. Did you mean audience?' },
      ]),
    );
  });
});

describe.each(PRESETS)('%s', (name, preset) => {
  it('refuses an option it does not know', () => {
    expect(() => preset({ zzz: 1 })).toThrow(AuthConfigurationError);
    expect(() => preset({ zzz: 1 })).toThrow(`${name}.zzz: unknown option. Known here: `);
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['x', 'a string'],
    [['x'], 'a list'],
  ])('refuses %p in place of options', (options, kind) => {
    expect(() => preset(options)).toThrow(AuthConfigurationError);
    expect(() => preset(options)).toThrow(
      `${name}: ${kind} is not an object with options. Known here: `,
    );
  });
});

it('takes no option from a polluted Object.prototype', () => {
  const everything = Object.prototype;
  Object.defineProperty(everything, 'audience', { value: null, configurable: true });
  try {
    expect(() => githubActions({ repositoryOwnerIds: '65' })).toThrow(
      'githubActions.audience: comes from Object.prototype, which some code has polluted.',
    );
  } finally {
    delete (everything as { audience?: null }).audience;
  }
});
