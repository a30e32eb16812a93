import { describe, expect, it } from '@jest/globals';
import type { AuthModuleConfig, TokenSource } from 'nestjs-trusted-issuers';
import { createTestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication } from '../support/application.js';
import { thenable } from '../support/thenable.js';

/**
 * What the types forbid; a rejection that nobody looks at would end the process. Not `async`: of a
 * predicate that would be seen at start.
 */
const later = (): Promise<never> => Promise.reject(new Error('later'));

const elsewhere = (): Promise<never> => thenable(later());

describe.each(ADAPTERS)(
  'A function that must answer at once and gives a promise, on %s',
  (adapter) => {
    it.each([
      ['a predicate of requiredClaims', { requiredClaims: { sub: later as never } }, {}],
      ['a token source', {}, { tokenSources: [later as never as TokenSource] }],
      ['a predicate, of another kind', { requiredClaims: { sub: elsewhere as never } }, {}],
      [
        'a token source, of another kind',
        {},
        { tokenSources: [elsewhere as never as TokenSource] },
      ],
    ])(
      '%s: no caller is admitted, and the process keeps running',
      async (_name, terms, options) => {
        const issuer = await createTestIssuer({ listen: false });
        const config: AuthModuleConfig = { issuers: [issuer.config(terms)], ...options };
        const application = await startApplication(config, { adapter });
        const unhandled: unknown[] = [];
        const note = (reason: unknown): void => void unhandled.push(reason);
        process.on('unhandledRejection', note);
        try {
          const answer = await application.get('/notes', issuer.token());
          expect(answer.status).toBe(503);
          expect(answer.json).toMatchObject({ code: 'keys_unavailable' });
          await new Promise((resolve) => setTimeout(resolve, 20));
          expect(unhandled).toEqual([]);
        } finally {
          process.off('unhandledRejection', note);
          await application.close();
        }
      },
    );
  },
);
