import { describe, expect, it } from '@jest/globals';
import { BoundedAnswers } from '../../../../src/core/introspection/bounded-answers.js';

describe('BoundedAnswers', () => {
  it('holds so many and no more', () => {
    const answers = new BoundedAnswers<number>(3);
    for (let at = 0; at < 10; at++) answers.put(`key${at}`, at);
    expect(answers.size).toBe(3);
    expect([7, 8, 9].map((at) => answers.find(`key${at}`))).toEqual([7, 8, 9]);
  });

  it('keeps what is wanted before what is not', () => {
    const answers = new BoundedAnswers<number>(3);
    answers.put('wanted', 1);
    for (let at = 0; at < 10; at++) {
      answers.put(`key${at}`, at);
      expect(answers.find('wanted')).toBe(1);
    }
  });

  it('holds so many bytes, and nothing longer than all of them', () => {
    const answers = new BoundedAnswers<number>(10, 100);
    for (let at = 0; at < 10; at++) answers.put(`key${at}`, at, 30);
    expect(answers.size).toBe(3);
    answers.put('great', 1, 101);
    expect(answers.find('great')).toBeUndefined();
    answers.put('key9', 9, 90);
    expect(answers.size).toBe(1);
  });

  it('one that is put again or removed takes no room twice', () => {
    const answers = new BoundedAnswers<number>(10, 100);
    for (let at = 0; at < 10; at++) answers.put('key', at, 60);
    expect([answers.size, answers.find('key')]).toEqual([1, 9]);
    answers.remove('key');
    answers.remove('key');
    answers.put('other', 1, 100);
    expect(answers.find('other')).toBe(1);
  });
});
