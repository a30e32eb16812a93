import { describe, expect, it } from '@jest/globals';
import { TrackedVerdict } from '../../../../src/core/guard/guarded-calls.js';

describe('A verdict', () => {
  it('that its class makes for other code belongs to no call, and works as any promise', async () => {
    await expect(TrackedVerdict.resolve('yes').then((answer) => answer)).resolves.toBe('yes');
    await expect(TrackedVerdict.reject(new Error('no')).catch(() => 'caught')).resolves.toBe(
      'caught',
    );
  });
});
