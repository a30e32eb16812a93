import { describe, expect, it } from '@jest/globals';
import { ApplicationConfig } from '@nestjs/core';
import type { AuthModuleConfig } from 'nestjs-trusted-issuers';
import { resolveConfig } from '../../../../src/config/resolved-config.js';
import {
  applicationPresentation,
  belowGlobalPrefix,
} from '../../../../src/core/refusals/application-presentation.js';

describe('What this module serves is below the global prefix of the application', () => {
  it.each([
    ['', '/errors'],
    ['/', '/errors'],
    ['v1', '/v1/errors'],
    ['//v1/api//', '/v1/api/errors'],
  ])('%j: %s', (prefix, path) => {
    const application = new ApplicationConfig();
    application.setGlobalPrefix(prefix);
    expect(belowGlobalPrefix('/errors', application)).toBe(path);
  });
});

describe('How an application words its refusals', () => {
  const presentationOf = (
    config: Partial<AuthModuleConfig>,
    application = new ApplicationConfig(),
  ) =>
    applicationPresentation(
      resolveConfig({ issuers: ['https://login.example.com'], audience: 'api', ...config }),
      application,
    );

  it('is as it is configured', () => {
    const config = {
      realm: 'orders',
      disclosure: 'minimal',
      authenticateHint: 'auth_required',
      problemDetails: true,
    } as const;
    expect(presentationOf(config)).toMatchObject(config);
  });

  it.each([
    ['allowed', false],
    ['required', true],
  ] as const)('offers DPoP, which is %s, with its algorithms', (mode, isRequired) => {
    const dpop = {
      mode,
      origin: 'https://api.example.com',
      algorithms: ['ES256', 'EdDSA'],
    } as const;
    expect(presentationOf({ dpop }).dpop).toEqual({ algs: 'ES256 EdDSA', isRequired });
  });

  it('does not offer DPoP where that is off', () => {
    expect(presentationOf({})).not.toHaveProperty('dpop');
  });

  it('names the error reference below a global prefix that is set later', () => {
    const application = new ApplicationConfig();
    const presentation = presentationOf({ errorReference: {} }, application);
    application.setGlobalPrefix('апи');
    expect(presentation.errorUri).toBe('/%D0%B0%D0%BF%D0%B8/errors');
    expect(presentationOf({}).errorUri).toBeFalsy();
  });
});
