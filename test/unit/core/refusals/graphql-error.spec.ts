import { describe, expect, it } from '@jest/globals';
import { UnauthorizedException } from '@nestjs/common';
import { graphqlErrorOf } from '../../../../src/core/refusals/graphql-error.js';
import {
  DEFAULT_PRESENTATION,
  presentRefusal,
} from '../../../../src/core/refusals/refusal-presentation.js';

describe('The GraphQL error of an exception that the application threw', () => {
  const thrown = new UnauthorizedException({ reason: 'locked' });
  const worded = presentRefusal('auth_required', { ...DEFAULT_PRESENTATION });

  it('is logged with what was thrown: its cause and its stack are those', () => {
    const error = graphqlErrorOf(worded, { cause: thrown, applicationBody: undefined });
    expect(error.cause).toBe(thrown);
    expect(error.stack).toBe(thrown.stack);
  });

  it('carries the body of the application, where it gave one', () => {
    const [own, none] = [thrown.getResponse(), undefined].map((applicationBody) =>
      graphqlErrorOf(worded, { cause: thrown, applicationBody }),
    );
    expect(own).toHaveProperty('extensions.originalError', { reason: 'locked' });
    expect(none).not.toHaveProperty('extensions.originalError');
  });
});
