import { expect, it } from '@jest/globals';
import type { Suite } from './suite.js';

/** The field for a token of the visitor’s. */
export const ownToken: Suite = (scene) => {
  /** A token that the sample has made, as a visitor would copy it. */
  async function someToken(token: string): Promise<string> {
    const { sample } = scene();
    await sample.send({ token, issuer: 'eddsa' });
    return /Bearer (\S+)/.exec(await sample.part('Request'))?.[1] ?? '';
  }

  async function paste(text: string): Promise<string> {
    const { sample } = scene();
    await sample.page.getByRole('textbox', { name: 'Your own token' }).fill(text);
    await sample.press('Send this token');
    return sample.text('#own-state');
  }

  it('is sent, and answer, steps and content are shown', async () => {
    const { sample } = scene();
    const token = await someToken('expired');
    await sample.choose();
    expect(await paste(token)).toBe('401 token_expired, from the step “claims”.');
    expect(await sample.verdict()).toBe('401 Unauthorized token_expired from the step “claims”');
    expect(await sample.refusedAt()).toBe('claims');
    expect(await sample.json('Token payload')).toMatchObject({ sub: 'alice' });
    expect(await sample.part('Request')).toContain(token);
    // What was said beside another button was about another answer.
    expect(await sample.text('#call-state')).toBe('');
    await sample.sendAgain();
    expect(await sample.part('Request')).toContain(token);
  });

  it('goes to the chosen route', async () => {
    const { sample } = scene();
    const token = await someToken('missing scope');
    await sample.choose({ route: 'scoped' });
    expect(await paste(token)).toBe('403 insufficient_scope, from the step “demands”.');
    await sample.choose();
  });

  it('may have its scheme before it, quotes around it, and line breaks in it', async () => {
    const { sample } = scene();
    const token = await someToken('valid');
    const broken = `${token.slice(0, 80)}\n  ${token.slice(80)}`;
    for (const text of [`Bearer ${token}`, `Authorization: Bearer ${broken}\n`, `"${token}"`]) {
      expect(await paste(text)).toBe('200 OK, known from before.');
      expect(await sample.part('Request')).toContain(`Authorization: Bearer ${token}`);
    }
  });

  it.each([
    ['nothing', '  \n', 'there is no token in the field.'],
    ['a scheme alone', 'Bearer ', 'there is no token in the field.'],
    ['what no header can carry', 'eyJ…', 'the text holds a character that no header can carry'],
  ])('%s is not sent, and the page says why', async (_name, text, why) => {
    expect(await paste(text)).toContain(`That did not work: ${why}`);
  });

  it('of another issuer, or no token at all: refused as any client’s', async () => {
    const { sample } = scene();
    const foreign = [{ alg: 'RS256' }, { iss: 'https://login.example.com', sub: '<b>bob</b>' }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    expect(await paste(`${foreign}.c2ln`)).toBe('401 issuer_untrusted, from the step “issuer”.');
    expect(await sample.json('Token payload')).toMatchObject({ sub: '<b>bob</b>' });
    expect(await paste('hello')).toBe('401 token_malformed, from the step “form”.');
    // Its first part is JSON, and no object.
    expect(await paste('MQ.MQ.MQ')).toBe('401 token_malformed, from the step “form”.');
  });

  it('so long that no server takes it: the request does not get to the API, and no step is known', async () => {
    const { sample } = scene();
    expect(await paste('x'.repeat(20_000))).toContain('431');
    expect(new Set(await sample.marks())).toEqual(new Set(['neutral']));
    expect(new Set(Object.values(await sample.notes()))).toEqual(new Set(['not known']));
    await sample.page.getByRole('textbox', { name: 'Your own token' }).fill('');
  });
};
