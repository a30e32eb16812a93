import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ADAPTERS } from '../support/application.js';
import { type EveryRefusal, startEveryRefusal } from '../support/every-refusal.js';

/** Long enough that it does not occur anywhere by chance. */
const TELLING_LENGTH = 8;
const RUNS = 10;

const value = fc.oneof(
  fc.string({ minLength: TELLING_LENGTH, maxLength: 60 }),
  fc.string({ unit: 'grapheme', minLength: TELLING_LENGTH, maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom(...'"\\\r\n\t\0,=<>%${}\u2028日é'),
    minLength: TELLING_LENGTH,
  }),
  fc.webUrl({ withQueryParameters: true }),
  fc.emailAddress(),
  fc.uuid(),
);
const contents = fc.record(
  {
    subject: value,
    kid: value,
    scopes: fc.array(value, { minLength: 1, maxLength: 3 }),
    claims: fc.record(
      {
        ...Object.fromEntries(
          [
            ...['email', 'name', 'tid', 'acr', 'azp', 'cid', 'nonce', 'sid'],
            ...['may_act', 'entitlements', '__proto__x'],
          ].map((name) => [name, value]),
        ),
        jti: value,
        auth_time: fc.integer({ min: 1_000_000_000 }),
        roles: fc.array(value, { maxLength: 3 }),
        groups: fc.array(value, { maxLength: 3 }),
        realm_access: fc.record({ roles: fc.array(value, { maxLength: 3 }) }),
        address: fc.dictionary(value, value, { maxKeys: 3 }),
      },
      { requiredKeys: ['jti'] },
    ),
    header: fc.dictionary(fc.constantFrom('jku', 'x5u', 'x5t', 'cty', 'nonce'), value),
  },
  { requiredKeys: ['claims'] },
);

describe.each(ADAPTERS)('Nothing of a token is disclosed, on %s', (adapter) => {
  let everything: EveryRefusal;
  beforeAll(async () => {
    everything = await startEveryRefusal(
      { resourceMetadata: { resource: 'https://api.example.com' } },
      adapter,
    );
  });
  afterAll(() => everything.close());

  it('random contents, every refusal: body, headers and log hold no value of them', async () => {
    const { application, calls } = everything;
    await fc.assert(
      fc.asyncProperty(contents, async (token) => {
        application.log.clear();
        const answers = await Promise.all(
          Object.entries(calls).map(async ([code, call]) => {
            const answer = await call(token as object);
            // A key that nobody has comes before whatever else is wrong.
            if (!('kid' in token)) expect(answer.json).toMatchObject({ code });
            expect(answer.json).toHaveProperty('code');
            return [answer.text, JSON.stringify(answer.headers)];
          }),
        );
        const said = [...answers.flat(), application.log.text()].join('\n');
        for (const secret of valuesIn(token).flatMap(spellingsOf))
          expect(said).not.toContain(secret);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);
});

/** Every string in it that could be recognised, names of members included. */
function valuesIn(part: unknown): string[] {
  if (typeof part === 'string') return part.trim().length >= TELLING_LENGTH ? [part] : [];
  if (typeof part === 'number') return [String(part)];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, member]) => [
    ...(OWN_NAMES.has(name) ? [] : valuesIn(name)),
    ...valuesIn(member),
  ]);
}

/** Names of claims that the log may well know. */
const OWN_NAMES = new Set(['realm_access', 'auth_time', 'entitlements', '__proto__x']);

/** A value as it is, as JSON writes it, and as an address does. */
function spellingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, json, encodeURIComponent(secret)])];
}
