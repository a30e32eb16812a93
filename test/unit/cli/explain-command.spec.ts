import { describe, expect, it } from '@jest/globals';
import { explain } from '../../../src/cli/explain-command.js';
import { REFUSALS } from '../../../src/core/refusals/refusal-table.js';

const NAMES = ['UNAUTHORIZED', 'FORBIDDEN', 'BAD_REQUEST', 'UNAVAILABLE', ...Object.keys(REFUSALS)];

describe('explain', () => {
  it.each(NAMES)('explains %s to clients and operators', (topicOrCode) => {
    const { text, exitCode } = explain({ topicOrCode, json: false });
    expect(exitCode).toBe(0);
    expect(text).toContain(`## NAME\n\n${topicOrCode}: `);
    expect(text).toMatch(/## SYNOPSIS\n\n\d{3} .*Retrying .*help/);
    expect(text).toContain('**Client:**');
    expect(text).toContain('**Operator:**');
    expect(text).not.toContain('](');
  });

  it('a code prints its own part alone', () => {
    const { text } = explain({ topicOrCode: 'token_expired', json: false });
    expect(text).toContain('401 Unauthorized');
    expect(text).toContain('`errors.UNAUTHORIZED`');
    expect(text).not.toContain('signature_invalid');
  });

  it.each([
    ['errors.UNAUTHORIZED', 'errors.UNAUTHORIZED'],
    ['unauthorized', 'errors.UNAUTHORIZED'],
    [' TOKEN_EXPIRED ', 'errors.token_expired'],
    ['', 'errors'],
    ['errors', 'errors'],
  ])('%j is found as JSON too', (topicOrCode, topic) => {
    const { text, exitCode } = explain({ topicOrCode, json: true });
    expect(exitCode).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ topic });
  });

  it('an unknown name ends with 2, a suggestion and the names there are, and is not repeated', () => {
    const { text, exitCode } = explain({ topicOrCode: 'token_expird', json: false });
    expect(exitCode).toBe(2);
    expect(text).toBe(
      'There is no such topic. A topic is named by a status or by a code.\n' +
        `Did you mean token_expired?\nKnown: ${NAMES.join(', ')}.\n`,
    );
    const token = explain({ topicOrCode: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln', json: false });
    expect(token.text).not.toContain('eyJ');
    const json = explain({ topicOrCode: 'nope', json: true });
    expect([json.exitCode, (JSON.parse(json.text) as { status: number }).status]).toEqual([2, 404]);
  });
});
