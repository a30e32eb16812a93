import { describe, expect, it } from '@jest/globals';
import { faultsOf, faultsOfIssuer } from './faults-of.js';

const TEMPLATE = 'https://login.microsoftonline.com/{tenantid}/v2.0';
const TENANT = '11111111-aaaa-bbbb-cccc-222222222222';
const keys = { jwksUri: 'https://login.microsoftonline.com/common/discovery/v2.0/keys' };
const misplaced =
  'is not a template: {tenantid} must be in it once, as a whole segment of the path, with no GUID before it.';

describe('templates', () => {
  it.each<readonly [what: string, changes: object, faults: readonly string[]]>([
    ['any tenant', { tenants: 'any' }, []],
    ['listed tenants', { tenants: [TENANT] }, []],
    [
      'no tenants',
      {},
      [
        `issuers[0].issuer: "${TEMPLATE}" is a template. List the trusted tenants in tenants, or write tenants: "any".`,
      ],
    ],
    [
      'no keys',
      { tenants: 'any', keys: undefined },
      [
        `issuers[0].issuer: "${TEMPLATE}" is a template, so its keys cannot be found from it. Say in keys where they are, like { discovery: "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration" }.`,
      ],
    ],
    [
      'twice',
      { tenants: 'any', issuer: 'https://a.example/{tenantid}/{tenantid}' },
      [`issuers[0].issuer: "https://a.example/{tenantid}/{tenantid}" ${misplaced}`],
    ],
    [
      'part of a segment',
      { tenants: 'any', issuer: 'https://a.example/x{tenantid}' },
      [`issuers[0].issuer: "https://a.example/x{tenantid}" ${misplaced}`],
    ],
    [
      'in the host',
      { tenants: 'any', issuer: 'https://{tenantid}.a.example' },
      [`issuers[0].issuer: "https://{tenantid}.a.example" ${misplaced}`],
    ],
    [
      'as the host',
      { tenants: 'any', issuer: 'https://{tenantid}/v2.0' },
      [
        'issuers[0].issuer: "https://{tenantid}/v2.0" names no host. The tenant belongs in the path.',
      ],
    ],
    [
      'behind a GUID',
      { tenants: 'any', issuer: `https://a.example/${TENANT}/{tenantid}` },
      [`issuers[0].issuer: "https://a.example/${TENANT}/{tenantid}" ${misplaced}`],
    ],
    [
      'another placeholder',
      { tenants: 'any', issuer: 'https://a.example/{tenant}' },
      [
        'issuers[0].issuer: "https://a.example/{tenant}" holds a placeholder. Put the real value in its place.',
        'issuers[0].tenants: only a template has tenants. Write {tenantid} in issuer in place of the tenant, or leave the option out.',
      ],
    ],
    [
      'with aliases',
      { tenants: 'any', issuerAliases: ['https://sts.windows.net/{tenantid}/'] },
      [
        'issuers[0].issuerAliases: a template has no aliases. List the other template as an issuer of its own.',
      ],
    ],
    [
      'tenants that are none',
      { tenants: ['common', TENANT.toUpperCase(), 7, TENANT, TENANT, ''] },
      [
        'issuers[0].tenants[0]: "common" is not a tenant id. Write the GUID in lower case, as tokens carry it in "tid".',
        `issuers[0].tenants[1]: "${TENANT.toUpperCase()}" is not a tenant id. Write the GUID in lower case, as tokens carry it in "tid".`,
        'issuers[0].tenants[2]: 7 is not a tenant id. Write the GUID in lower case, as tokens carry it in "tid".',
        `issuers[0].tenants[4]: "${TENANT}" is already used by issuers[0].tenants[3]. Name every issuer once.`,
        'issuers[0].tenants[5]: "" is not a tenant id. Write the GUID in lower case, as tokens carry it in "tid".',
      ],
    ],
    [
      'an empty list',
      { tenants: [] },
      [
        'issuers[0].tenants: the list is empty. No token could be accepted: name a tenant, or write "any".',
      ],
    ],
    [
      'another word',
      { tenants: 'all' },
      ['issuers[0].tenants: "all" is not a list. List tenant ids, or write "any".'],
    ],
  ])('%s: exactly these faults', (_what, changes, faults) => {
    expect(faultsOfIssuer({ issuer: TEMPLATE, keys, ...changes })).toEqual(faults);
  });

  it('a tenant that is also listed by itself is named twice', () => {
    const issuer = TEMPLATE.replace('{tenantid}', TENANT);
    expect(
      faultsOf({
        audience: 'api',
        issuers: [issuer, { issuer: TEMPLATE, tenants: [TENANT], keys }],
      }),
    ).toEqual([
      `issuers[1].tenants[0]: "${TENANT}" is already used by issuers[0].issuer. Name every issuer once.`,
    ]);
    expect(
      faultsOf({ audience: 'api', issuers: [issuer, { issuer: TEMPLATE, tenants: 'any', keys }] }),
    ).toEqual([]);
  });
});

describe('resolveIssuer', () => {
  const resolve = (): undefined => undefined;
  const origins = ['https://tenants.example'];
  it.each<readonly [what: string, resolveIssuer: unknown, faults: readonly string[]]>([
    ['sound', { origins, resolve }, []],
    [
      'sound with all options',
      {
        origins,
        resolve,
        maxEntries: 1,
        maxAgeSeconds: 1,
        missMaxAgeSeconds: 0.5,
        timeoutMs: 60_000,
      },
      [],
    ],
    [
      'a function',
      resolve,
      [
        'resolveIssuer: a function is not an object with options. Write options, like { origins: ["https://…"], resolve }.',
      ],
    ],
    [
      'empty',
      {},
      [
        'resolveIssuer.origins: missing. List origins, like ["https://login.example.com"].',
        'resolveIssuer.resolve: missing. Give a function that is given an issuer and returns its terms, or undefined.',
      ],
    ],
    [
      'origins that are none',
      {
        resolve,
        origins: [
          '',
          'tenants.example',
          'https://a.example/',
          'https://A.example',
          'https://*.a.example',
          /a/,
          'https://u@a.example',
        ],
      },
      [
        'resolveIssuer.origins[0]: "" is empty. Is an environment variable not set?',
        'resolveIssuer.origins[1]: "tenants.example" is not an origin. Write scheme and host, like "https://login.example.com".',
        'resolveIssuer.origins[2]: "https://a.example/" is not an origin. Write "https://a.example".',
        'resolveIssuer.origins[3]: "https://A.example" is not an origin. Write "https://a.example".',
        'resolveIssuer.origins[4]: "https://*.a.example" is a pattern. Origins are compared exactly: list each.',
        'resolveIssuer.origins[5]: a regular expression is not a string. Strings are compared exactly: use a list, or a predicate in requiredClaims.',
        'resolveIssuer.origins[6]: "https://…@a.example" is not an origin. Write "https://a.example".',
      ],
    ],
    [
      'no origins',
      { resolve, origins: [] },
      ['resolveIssuer.origins: the list is empty. No issuer could be resolved: name an origin.'],
    ],
    [
      'numbers out of bounds and a slip of the pen',
      {
        resolve,
        origins,
        maxEntries: 0,
        maxAgeSeconds: 0,
        missMaxAgeSeconds: Number.NaN,
        timeoutMs: 0,
        maxAge: 1,
      },
      [
        'resolveIssuer.maxAge: unknown option. Did you mean maxAgeSeconds?',
        'resolveIssuer.maxEntries: 0 is not a finite number from 1 to 100000. Give how many resolved issuers are kept.',
        'resolveIssuer.maxAgeSeconds: 0 is not a finite number above 0. Give the time in seconds.',
        'resolveIssuer.missMaxAgeSeconds: NaN is not a finite number above 0. Give the time in seconds.',
        'resolveIssuer.timeoutMs: 0 is not a finite number from 1 to 60000. Give the deadline in milliseconds.',
      ],
    ],
  ])('%s: exactly these faults', (_what, resolveIssuer, faults) => {
    expect(faultsOf({ audience: 'api', resolveIssuer })).toEqual(faults);
  });

  it('makes issuers optional, not arbitrary', () => {
    const resolveIssuer = { origins, resolve };
    expect(faultsOf({ audience: 'api', resolveIssuer, issuers: [] })).toEqual([]);
    expect(faultsOf({ audience: 'api', resolveIssuer, issuers: ['x'] }).length).toBe(1);
  });
});
