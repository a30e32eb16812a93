import { describe, expect, it } from '@jest/globals';
import type { ResourceMetadataConfig } from 'nestjs-trusted-issuers';
import { metadataAddressOf } from '../../../src/config/served-documents-config.js';
import { faultsOf } from './faults-of.js';

const resource = 'https://api.example.com';
const withOptions = (resourceMetadata: unknown): unknown => ({
  issuers: ['https://login.example.com'],
  audience: 'notes',
  resourceMetadata,
});

// RFC 9728 section 1.2.
describe('resourceMetadata', () => {
  it.each<ResourceMetadataConfig>([
    { resource },
    { resource: `${resource}/` },
    { resource: `${resource}:8443/v1/notes-2.0` },
    { resource: 'http://localhost:3000' },
    {
      resource,
      url: `${resource}/v1/metadata`,
      scopesSupported: ['notes:read', 'https://example.com/scope'],
      resourceName: 'Notes',
      resourceDocumentation: 'https://docs.example.com/?lang=en#top',
      resourcePolicyUri: 'https://example.com/policy',
      resourceTosUri: 'https://example.com/terms',
    },
  ])('%j is sound', (options) => {
    expect(faultsOf(withOptions(options))).toEqual([]);
  });

  it.each<[options: unknown, path: string, message: string]>([
    [true, '', 'a boolean is not an object with options. Write options, like { resource:'],
    [{}, '.resource', 'missing. Give the address clients use for this API'],
    [{ resource: '' }, '.resource', '"" is empty. Is an environment variable not set?'],
    [{ resource: 'notes' }, '.resource', '"notes" is not a plain https: URL.'],
    [{ resource: 'https://u:p@a.example' }, '.resource', 'is not a plain https: URL.'],
    [{ resource: 'http://api.example' }, '.resource', 'is an http: address beyond loopback'],
    [{ resource: `${resource}?a=b` }, '.resource', 'has a query or fragment'],
    [{ resource: `${resource}#a` }, '.resource', 'has a query or fragment'],
    [{ resource: `${resource}/:id` }, '.resource', 'has a path that is not plain'],
    [{ resource: `${resource}/a*` }, '.resource', 'has a path that is not plain'],
    [{ resource: `${resource}/a%20b` }, '.resource', 'has a path that is not plain'],
    [{ resource: `${resource}/v1/` }, '.resource', 'has a path that ends with a slash'],
    [{ resource: 'https://{tenant}.example' }, '.resource', 'holds a placeholder'],
    [{ resource, url: '/metadata' }, '.url', 'is not a plain https: URL.'],
    [{ resource, url: resource }, '.url', 'has no path.'],
    [{ resource, scopesSupported: 'a' }, '.scopesSupported', 'is not a list'],
    [{ resource, scopesSupported: [] }, '.scopesSupported', 'the list is empty'],
    [{ resource, scopesSupported: ['a b'] }, '.scopesSupported\\[0\\]', '"a b" is not a scope'],
    [{ resource, resourceName: 7 }, '.resourceName', '7 is not a string'],
    [{ resource, resourceTosUri: 'terms' }, '.resourceTosUri', 'is not an https: URL'],
    [{ resource, scopes: [] }, '.scopes', 'in identity of an issuer'],
    [{ resource, resourceNam: 'a' }, '.resourceNam', 'Did you mean resourceName?'],
  ])('%j is refused with a message that says what to do', (options, path, message) => {
    expect(faultsOf(withOptions(options))).toEqual([
      expect.stringMatching(`^resourceMetadata${path}: `),
    ]);
    expect(faultsOf(withOptions(options))[0]).toContain(message);
  });

  it.each([
    [{ resource }, `${resource}/.well-known/oauth-protected-resource`],
    [{ resource: `${resource}/` }, `${resource}/.well-known/oauth-protected-resource`],
    [{ resource: `${resource}/v1` }, `${resource}/.well-known/oauth-protected-resource/v1`],
    [{ resource, url: `${resource}/m` }, `${resource}/m`],
  ])('%j: clients fetch %s', (options, address) => {
    expect(metadataAddressOf(options)).toBe(address);
  });
});

describe('audit', () => {
  it('is one of three words', () => {
    const faults = faultsOf({ issuers: ['https://a.example'], audience: 'a', audit: 'warning' });
    expect(faults).toEqual([expect.stringMatching(/^audit: .*"warn"/)]);
  });
});
