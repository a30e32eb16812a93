import { describe, expect, it } from '@jest/globals';
import type { ResolvedAuthConfig } from '../../../src/config/resolved-config.js';
import { BearerCredentialsReader } from '../../../src/request/bearer-credentials.reader.js';

describe('BearerCredentialsReader', () => {
  const reader = new BearerCredentialsReader({
    tokenSources: ['header', { cookie: 'at' }],
    maxTokenBytes: 100,
  } as unknown as ResolvedAuthConfig);

  // Mercurius makes headers of what a client sends with `connection_init`.
  it.each([
    [{ cookie: 5 }, 'token_malformed'],
    [{ cookie: {} }, 'token_malformed'],
    [{ cookie: ['at=x', 'at=y'] }, 'invalid_request'],
    [{ authorization: 5 }, 'token_malformed'],
  ])('headers that are no text: %j', (headers, code) => {
    expect(() => reader.read({ headers } as never)).toThrow(expect.objectContaining({ code }));
  });

  it.each([{ cookie: null }, { cookie: '' }, {}])('headers without a token: %j', (headers) => {
    expect(reader.read({ headers } as never)).toBeUndefined();
  });
});
