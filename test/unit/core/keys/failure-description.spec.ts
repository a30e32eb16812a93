import { describe, expect, it } from '@jest/globals';
import { describeFailure } from '../../../../src/core/keys/failure-description.js';

/** Throws whatever is asked of it. */
function unreadable(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('A failure is described in one line', () => {
  it.each([
    ['its message', Object.assign(new Error('refused'), { code: 'E1' }), 'refused'],
    ['its code, where it has no message', { message: '', code: 'E1', name: 'Error' }, 'E1'],
    [
      'its name, where it has neither',
      { message: 7, code: '', name: 'AggregateError' },
      'AggregateError',
    ],
    ['the code of its cause', new Error('a', { cause: { message: 'b', code: 'E2' } }), 'a (E2)'],
    ['the message of its cause', new Error('a', { cause: { message: 'b', code: 2 } }), 'a (b)'],
    [
      'its causes, one beneath another',
      new Error('a', { cause: new Error('b', { cause: new Error('c') }) }),
      'a (b (c))',
    ],
    ['nothing of a cause that is text', new Error('a', { cause: 'hush' }), 'a'],
    ['nothing of a cause that is null', new Error('a', { cause: null }), 'a'],
    ['nothing of what can’t be read', unreadable(), 'something that cannot be read was thrown'],
    [
      'its message, where its cause can’t be read',
      new Error('a', { cause: unreadable() }),
      'a (something that cannot be read was thrown)',
    ],
    ['nothing of what is no error', 'hush', 'something other than an error was thrown'],
    ['nothing of an object that says nothing', {}, 'something other than an error was thrown'],
    [
      'the cause of an object that says nothing',
      { cause: new Error('b') },
      'something other than an error was thrown (b)',
    ],
    ['nothing of null', null, 'something other than an error was thrown'],
    ['nothing of undefined', undefined, 'something other than an error was thrown'],
  ])('by %s', (_what, thrown, text) => {
    expect(describeFailure(thrown)).toBe(text);
  });

  it('though its causes go round in a circle: the first eight of them', () => {
    const error = new Error('a');
    error.cause = error;
    expect(describeFailure(error)).toBe(`${'a ('.repeat(8)}a${')'.repeat(8)}`);
  });
});
