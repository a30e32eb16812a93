import { describe, expect, it } from '@jest/globals';
import {
  DEFAULT_PRESENTATION,
  presentRefusal,
  type RefusalPresentation,
} from '../../../../src/core/refusals/refusal-presentation.js';
import type { RefusalCode } from '../../../../src/core/refusals/refusal-table.js';

type Details = Parameters<typeof presentRefusal>[2];

const as = (more: Partial<RefusalPresentation> = {}): RefusalPresentation => ({
  ...DEFAULT_PRESENTATION,
  ...more,
});
const challenge = (
  code: RefusalCode,
  presentation: Partial<RefusalPresentation>,
  details?: Details,
): string | undefined => presentRefusal(code, as(presentation), details).challenge;

const EXPIRED = 'error="invalid_token", error_description="Access token expired"';
const OFFERED = { algs: 'ES256 EdDSA', isRequired: false };
const ALGS = 'algs="ES256 EdDSA"';

describe('The challenge of an API that takes bearer tokens alone', () => {
  it('names realm and error, and no scheme that is not offered', () => {
    expect(challenge('token_expired', {})).toBe(`Bearer realm="api", ${EXPIRED}`);
    expect(challenge('token_expired', {}, { scheme: 'DPoP' })).toBe(
      `Bearer realm="api", ${EXPIRED}`,
    );
    expect(challenge('auth_required', {})).toBe('Bearer realm="api"');
    expect(challenge('keys_unavailable', {})).toBeUndefined();
  });

  it('says what the route asks for, and where to read on', () => {
    const more = {
      resourceMetadata: 'https://a.example/meta',
      errorUri: 'https://a.example/errors',
    };
    expect(challenge('insufficient_scope', more, { scope: 'notes:read' })).toBe(
      'Bearer realm="api", error="insufficient_scope", scope="notes:read", resource_metadata="https://a.example/meta", ' +
        'error_description="Insufficient scope", error_uri="https://a.example/errors/FORBIDDEN"',
    );
    expect(
      challenge('step_up_required', { realm: 'b' }, { acrValues: 'phr', maxAgeSeconds: 300 }),
    ).toBe(
      'Bearer realm="b", error="insufficient_user_authentication", ' +
        'error_description="Stronger or more recent authentication required", acr_values="phr", max_age="300"',
    );
  });
});

// RFC 9449 section 7.2.
describe('The challenges of an API that takes DPoP as well', () => {
  it.each<[what: string, code: RefusalCode, details: Details, challenge: string]>([
    ['no token', 'auth_required', undefined, `Bearer realm="api", DPoP realm="api", ${ALGS}`],
    [
      'a bearer token',
      'token_expired',
      undefined,
      `Bearer realm="api", ${EXPIRED}, DPoP realm="api", ${ALGS}`,
    ],
    [
      'a token under DPoP',
      'token_expired',
      { scheme: 'DPoP' },
      `Bearer realm="api", DPoP realm="api", ${EXPIRED}, ${ALGS}`,
    ],
    [
      'a bad proof, whatever its token came under',
      'dpop_proof_invalid',
      { scheme: 'Bearer' },
      `Bearer realm="api", DPoP realm="api", error="invalid_dpop_proof", error_description="DPoP proof invalid", ${ALGS}`,
    ],
    [
      'two tokens',
      'invalid_request',
      undefined,
      ['Bearer', 'DPoP']
        .map(
          (scheme) =>
            `${scheme} realm="api", error="invalid_request", error_description="More than one access token"`,
        )
        .join(', ')
        .concat(`, ${ALGS}`),
    ],
  ])('name the error where it belongs: %s', (_what, code, details, expected) =>
    expect(challenge(code, { dpop: OFFERED }, details)).toBe(expected),
  );

  it('name the metadata once', () => {
    expect(challenge('auth_required', { dpop: OFFERED, resourceMetadata: '/meta' })).toBe(
      `Bearer realm="api", resource_metadata="/meta", DPoP realm="api", ${ALGS}`,
    );
  });

  it('are one where DPoP is required, and so is the hint', () => {
    const dpop = { ...OFFERED, isRequired: true };
    expect(challenge('token_expired', { dpop })).toBe(`DPoP realm="api", ${EXPIRED}, ${ALGS}`);
    expect(presentRefusal('auth_required', as({ dpop })).body.authenticateHint).toBe(
      'DPoP realm="api"',
    );
  });
});

describe('The body of a refusal', () => {
  it('is as documented, with the message of the application where it has one', () => {
    const hint = { authenticateHint: 'Bearer realm="api"' };
    const body = { status: 401, error: 'Unauthorized', message: 'Access token expired' };
    expect(presentRefusal('token_expired', as()).body).toStrictEqual({
      ...{ ...body, code: 'token_expired', ...hint },
    });
    expect(presentRefusal('auth_required', as(), { message: 'Locked' }).body).toStrictEqual({
      ...{ ...body, message: 'Locked', code: 'auth_required', ...hint },
    });
  });

  it('has a hint as configured, and none where new credentials would not help', () => {
    const hintOf = (code: RefusalCode, authenticateHint: 'always' | 'auth_required') =>
      Object.hasOwn(presentRefusal(code, as({ authenticateHint })).body, 'authenticateHint');
    expect(hintOf('token_expired', 'always')).toBe(true);
    expect(hintOf('token_expired', 'auth_required')).toBe(false);
    expect(hintOf('auth_required', 'auth_required')).toBe(true);
    expect(hintOf('keys_unavailable', 'always')).toBe(false);
  });

  it('says less where little is disclosed, and as much where that says nothing', () => {
    const codeIn = (code: RefusalCode) =>
      presentRefusal(code, as({ disclosure: 'minimal' })).body.code;
    expect(codeIn('signature_invalid')).toBe('token_invalid');
    expect(codeIn('token_expired')).toBe('token_expired');
    expect(presentRefusal('signature_invalid', as()).body.code).toBe('signature_invalid');
  });

  it('is a copy: an application that changes one changes no other', () => {
    const presentation = as();
    const first = presentRefusal('token_expired', presentation);
    const before = { ...first.body };
    Object.assign(first.body, { message: 'changed' });
    expect(presentRefusal('token_expired', presentation).body).toStrictEqual(before);
    expect(presentRefusal('auth_required', presentation).body.code).toBe('auth_required');
    expect(presentRefusal('token_expired', as({ realm: 'b' })).challenge).toContain('realm="b"');
  });
});
