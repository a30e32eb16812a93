import { describe, expect, it } from '@jest/globals';
import { ApplicationConfig } from '@nestjs/core';
import { belowGlobalPrefix } from '../../../../src/core/refusals/application-presentation.js';

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
