import { describe, expect, it } from '@jest/globals';
import { UnauthorizedException } from '@nestjs/common';
import { presentForeign } from '../../../../src/core/refusals/foreign-unauthorized.js';
import { DEFAULT_PRESENTATION } from '../../../../src/core/refusals/refusal-presentation.js';

const present = (exception: UnauthorizedException) =>
  presentForeign(exception, { ...DEFAULT_PRESENTATION });

/** An exception of an application that says itself what its response is. */
function responding(response: unknown): UnauthorizedException {
  class OwnException extends UnauthorizedException {
    override getResponse(): object {
      return response as object;
    }
  }
  return new OwnException();
}

const OURS = { code: 'auth_required', message: 'Authentication required' };

describe('A 401 that the application throws', () => {
  it('has its text in the documented body, where it is only a text', () => {
    for (const exception of [
      new UnauthorizedException('Your account is locked'),
      responding('Your account is locked'),
    ]) {
      const presented = present(exception);
      expect(presented.body).toMatchObject({ ...OURS, message: 'Your account is locked' });
      expect(presented).not.toHaveProperty('applicationBody');
    }
  });

  it.each([null, undefined, 5])('has the documented body where its response is %j', (response) => {
    const presented = present(responding(response));
    expect(presented.body).toMatchObject(OURS);
    expect(presented).not.toHaveProperty('applicationBody');
  });

  it.each<[what: string, response: object]>([
    ['has a member that Nest’s have not', { statusCode: 401, message: 'Locked', hint: 'call us' }],
    ['has a list of messages', { statusCode: 401, message: ['Locked'], error: 'Unauthorized' }],
    ['has no status', { message: 'Locked', error: 'Unauthorized' }],
  ])('keeps its own body where that %s', (_what, response) => {
    expect(present(new UnauthorizedException(response)).applicationBody).toEqual(response);
  });

  it('has no list of messages in the place of our one', () => {
    const lists = { statusCode: 401, message: ['Locked', 'Gone'], error: 'Unauthorized' };
    expect(present(new UnauthorizedException(lists)).body).toMatchObject(OURS);
  });
});
