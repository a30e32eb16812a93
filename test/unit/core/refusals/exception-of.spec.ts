import { describe, expect, it } from '@jest/globals';
import { UnauthorizedException } from '@nestjs/common';
import { StepUpRequiredException, TokenExpiredException } from 'nestjs-trusted-issuers';
import { exceptionOf, isRefusalException } from '../../../../src/core/refusals/exception-of.js';
import { Refusal } from '../../../../src/core/refusals/refusal.js';
import {
  DEFAULT_PRESENTATION,
  type RefusalPresentation,
} from '../../../../src/core/refusals/refusal-presentation.js';
import type { UnauthorizedRefusal } from '../../../../src/core/refusals/unauthorized-exceptions.js';

const as = (more: Partial<RefusalPresentation> = {}): RefusalPresentation => ({
  ...DEFAULT_PRESENTATION,
  ...more,
});
const DPOP = { dpop: { algs: 'ES256', isRequired: false } };

describe('The exception for a refusal', () => {
  it('asks for the scopes of the route, and for nothing where it demands none', () => {
    const made = (details: object): UnauthorizedRefusal =>
      exceptionOf(
        new Refusal('auth_required', 'credentials', 'none', { details }),
        as(),
      ) as UnauthorizedRefusal;
    expect(made({ scope: 'notes' }).challenge).toBe('Bearer realm="api", scope="notes"');
    expect(made({ scope: 'notes' }).details).toEqual({ scope: 'notes' });
    expect(made({}).challenge).toBe('Bearer realm="api"');
    expect(made({}).details).toBeUndefined();
  });

  it('says in its stack no more than its message, where little is disclosed', () => {
    const refusal = new Refusal('token_expired', 'exp', 'expired');
    expect(exceptionOf(refusal, as({ disclosure: 'minimal' })).stack).toBe('Access token expired');
    expect(exceptionOf(refusal, as()).stack).toBe('TokenExpiredException: Access token expired');
  });

  it('names the error under the scheme of its token, beside what it asks for', () => {
    const bearer = new TokenExpiredException({ presentation: as(DPOP) });
    const dpop = new TokenExpiredException({ presentation: as(DPOP), scheme: 'DPoP' });
    expect(bearer.challenge).toMatch(/^Bearer realm="api", error=.* DPoP realm="api", algs=/);
    expect(dpop.challenge).toMatch(/^Bearer realm="api", DPoP realm="api", error=/);
    expect([bearer.details, dpop.details]).toEqual([undefined, { scheme: 'DPoP' }]);
    const asking = new StepUpRequiredException(
      { acrValues: 'phr' },
      { presentation: as(DPOP), scheme: 'DPoP' },
    );
    expect(asking.challenge).toMatch(/^Bearer realm="api", DPoP realm="api", error=.*"phr"/);
  });
});

describe('Exceptions of this module are known by error, challenge and code', () => {
  const { challenge } = new TokenExpiredException();
  const members = { code: 'token_expired', challenge };
  it.each<[what: string, thrown: unknown, isOurs: boolean]>([
    ['one of them', new TokenExpiredException(), true],
    ['that of another copy of this package', Object.assign(new Error(''), members), true],
    ['a 401 of the application', new UnauthorizedException(), false],
    [
      'an error with a code of ours',
      Object.assign(new Error(''), { code: 'token_expired' }),
      false,
    ],
    ['an error with a challenge', Object.assign(new Error(''), { challenge }), false],
    ['what is no error', members, false],
    ['nothing', undefined, false],
  ])('%s', (_what, thrown, isOurs) => expect(isRefusalException(thrown)).toBe(isOurs));
});
