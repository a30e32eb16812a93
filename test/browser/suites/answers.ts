import { expect, it } from '@jest/globals';
import { INSPECTED_STEPS } from '../../../src/cli/inspect/inspection.js';
import type { Suite } from './suite.js';

const ISSUERS = ['oidc', 'es256', 'eddsa'] as const;

/** Token, code and refusing step. */
const REFUSED = [
  ['expired', 'token_expired', 'claims'],
  ['not yet valid', 'token_not_active', 'claims'],
  ['wrong audience', 'audience_invalid', 'claims'],
  ['wrong type', 'claims_invalid', 'keys'],
  ['tampered', 'signature_invalid', 'signature'],
  ['unsigned (alg none)', 'signature_invalid', 'keys'],
  ['unknown kid', 'signature_invalid', 'keys'],
  ['not a JWT', 'token_malformed', 'form'],
  ['no token', 'auth_required', 'credentials'],
] as const;

/** Whether asking again helps, as docs/refusals.md says it. */
const ADVICE: Readonly<Record<string, string>> = {
  token_expired: 'gets a new token and asks again',
  token_not_active: 'same token will do, once its time has come',
  auth_required: 'gets a token and asks again',
};

/** Every kind of token at every kind of route, and what the page says of the answer. */
export const answers: Suite = (scene) => {
  it.each(ISSUERS)(
    'a valid token of %s passes every step and is shown its identity',
    async (issuer) => {
      const { sample } = scene();
      await sample.send({ issuer });
      expect(await sample.verdict()).toBe('200 OK all steps passed');
      const { remembered, introspection, ...others } = await sample.notes();
      expect([remembered, introspection]).toEqual(['not seen before', 'not needed']);
      expect(Object.values(others)).toHaveLength(10);
      const marks = await sample.marks();
      expect(marks.filter((mark) => mark === 'passed')).toHaveLength(10);
      expect(marks.filter((mark) => mark === 'neutral')).toHaveLength(2);
      expect((await sample.body())['issuer']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(await sample.part('Challenge')).toContain('None.');
      expect(await sample.part('Request')).toMatch(
        /^GET \/notes HTTP\/1\.1$[^]*^Authorization: Bearer ey/m,
      );
      expect(await sample.part('The token, decoded')).toContain('"aud": "https://api.example.com"');
    },
  );

  it.each(ISSUERS.flatMap((issuer) => REFUSED.map((row) => [issuer, ...row] as const)))(
    '%s, %s: %s from the step %s',
    async (issuer, token, code, step) => {
      const { sample, url } = scene();
      await sample.send({ issuer, token });
      expect(await sample.verdict()).toMatch(
        new RegExp(`^401 Unauthorized ${code} from the step “${step}”`),
      );
      expect(await sample.refusedAt()).toBe(step);
      const marks = await sample.marks();
      const behind = marks.slice(marks.indexOf('refused') + 1);
      expect(new Set(behind)).toEqual(new Set(['not reached']));
      expect(await sample.body()).toMatchObject({ status: 401, code });
      expect(await sample.header('www-authenticate')).toContain('Bearer realm="api"');
      expect(await sample.text('#advice')).toContain(ADVICE[code] ?? 'will not help');
      const link = sample.page.getByRole('link', { name: `What to do about ${code}` });
      const explanation = await fetch(new URL((await link.getAttribute('href')) ?? '', url));
      expect(explanation.status).toBe(200);
      expect(await explanation.text()).toContain(code);
      const challenge = await sample.part('Challenge');
      expect(challenge).toMatch(/realm\s+api/);
      expect(challenge).toMatch(/error_uri\s+\/errors\/UNAUTHORIZED/);
    },
  );

  it('a token of an issuer that is not trusted ends at the step “issuer”, and its issuer is never asked', async () => {
    const { sample } = scene();
    await sample.send({ issuer: 'untrusted' });
    expect(await sample.verdict()).toMatch(
      /^401 Unauthorized issuer_untrusted from the step “issuer”/,
    );
    expect(await sample.refusedAt()).toBe('issuer');
    expect(await sample.card('untrusted')).toContain('never asks: 0 times');
  });

  it.each(ISSUERS)(
    'a token of %s without the scope: 403 from the step “demands”, and the challenge names it',
    async (issuer) => {
      const { sample } = scene();
      await sample.send({ issuer, token: 'missing scope', route: 'scoped' });
      expect(await sample.verdict()).toBe(
        '403 Forbidden insufficient_scope from the step “demands”',
      );
      expect(await sample.refusedAt()).toBe('demands');
      expect(await sample.part('Challenge')).toMatch(/scope\s+notes:read/);
      await sample.send({ issuer, token: 'missing scope', route: 'protected' });
      expect(await sample.verdict()).toBe('200 OK all steps passed');
      await sample.send({ issuer, token: 'valid', route: 'scoped' });
      expect(await sample.verdict()).toBe('200 OK all steps passed');
    },
  );

  it('the optional route greets strangers and callers, and refuses a bad token', async () => {
    const { sample } = scene();
    await sample.send({ token: 'no token', route: 'optional' });
    expect(await sample.verdict()).toBe('200 OK no token was checked');
    expect(await sample.body()).toEqual({ greeting: 'Hello, stranger' });
    await sample.send({ route: 'optional' });
    expect(await sample.body()).toEqual({ greeting: 'Hello, alice' });
    await sample.send({ token: 'expired', route: 'optional' });
    expect(await sample.refusedAt()).toBe('claims');
  });

  it('the public route looks at no token, however bad', async () => {
    const { sample } = scene();
    await sample.send({ token: 'tampered', route: 'public' });
    expect(await sample.verdict()).toBe('200 OK no token was checked');
    expect(new Set(await sample.marks())).toEqual(new Set(['not reached']));
  });

  it('the same token again comes from the cache, and spares the steps between', async () => {
    const { sample } = scene();
    await sample.send({ issuer: 'eddsa' });
    await sample.sendAgain();
    expect(await sample.verdict()).toBe('200 OK known from before');
    const spared = Array.from({ length: 4 }, () => 'spared');
    expect(await sample.marks()).toEqual([
      ...['passed', 'passed', ...spared],
      ...['neutral', 'spared', 'passed', 'spared', 'passed', 'passed'],
    ]);
  });

  it('a token for another API: which one was expected, and the token whole', async () => {
    const { sample } = scene();
    await sample.send({ token: 'wrong audience' });
    expect(await sample.text('#audience')).toMatch(
      /^Audience expected\s+https:\/\/api\.example\.com\s+Audience of this token\s+https:\/\/another-api\.example\.com$/,
    );
    // The page has read it in the token: the API says no claim’s value.
    expect(JSON.stringify(await sample.body())).not.toContain('another-api');
    expect(await sample.part('Headers')).not.toContain('another-api');
    const request = await sample.part('Request');
    const [, header = '', payload = ''] = /Bearer ([\w-]+)\.([\w-]+)\./.exec(request) ?? [];
    for (const [label, segment] of [
      ['Token header', header],
      ['Token payload', payload],
    ] as const)
      expect(await sample.json(label)).toEqual(
        JSON.parse(Buffer.from(segment, 'base64url').toString()),
      );
    await sample.send({ token: 'expired' });
    expect(await sample.text('#audience')).toBe('');
  });

  it('an opaque token: its issuer is asked, and neither keys nor signature are needed', async () => {
    const { sample } = scene();
    await sample.send({ token: 'opaque', issuer: 'eddsa' });
    expect(await sample.verdict()).toBe('200 OK all steps passed');
    const { keys, signature, introspection } = await sample.notes();
    expect([keys, signature, introspection]).toEqual(['not needed', 'not needed', 'passed']);
    // The one issuer that has opaque tokens is chosen with them, and they are dropped with it.
    expect(await sample.page.isChecked('[name=issuer][value=es256]')).toBe(true);
    await sample.page.check('[name=issuer][value=oidc]');
    expect(await sample.page.isChecked('[name=shape][value=valid]')).toBe(true);
  });

  it('names the steps as the command line does, which can’t ask whether a token was revoked', async () => {
    const names = await scene().sample.page.locator('#path .name').allInnerTexts();
    expect(names).toEqual([...INSPECTED_STEPS, 'revocation', 'demands']);
  });
};
