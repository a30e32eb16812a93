import { afterAll, expect, it } from '@jest/globals';
import {
  REFUSALS,
  type RefusalCode,
  refusalRow,
} from '../../../src/core/refusals/refusal-table.js';
import { type Choice, until } from '../support/sample-page.js';
import type { Suite } from './suite.js';

/** What is chosen to see it, and the step that refuses. */
type Seen = Choice & { readonly step: string };

const CHOICES: Readonly<Record<RefusalCode, Seen>> = {
  auth_required: { token: 'no token', step: 'credentials' },
  token_expired: { token: 'expired', step: 'claims' },
  signature_invalid: { token: 'tampered', step: 'signature' },
  issuer_untrusted: { issuer: 'untrusted', step: 'issuer' },
  token_malformed: { token: 'not a JWT', step: 'form' },
  token_not_active: { token: 'not yet valid', step: 'claims' },
  audience_invalid: { token: 'wrong audience', step: 'claims' },
  claims_invalid: { token: 'wrong type', step: 'keys' },
  token_binding_invalid: { token: 'bound to a key', way: 'Bearer', step: 'binding' },
  dpop_proof_invalid: { token: 'bound to a key', way: 'DPoP, used proof', step: 'binding' },
  dpop_nonce_required: { token: 'bound to a key', way: 'DPoP, no nonce', step: 'binding' },
  token_revoked: { token: 'valid', step: 'revocation' },
  token_inactive: { token: 'opaque, ended', step: 'introspection' },
  token_invalid: { token: 'tampered', route: 'discreet', step: 'signature' },
  step_up_required: { route: 'step-up', step: 'demands' },
  insufficient_scope: { token: 'missing scope', route: 'scoped', step: 'demands' },
  invalid_request: { way: 'two tokens', step: 'credentials' },
  keys_unavailable: { token: 'opaque', step: 'introspection' },
};

/** The headline says so: all codes that the API can answer with are shown by calls on the page. */
export const everyRefusal: Suite = (scene) => {
  const codes = Object.keys(REFUSALS) as RefusalCode[];

  afterAll(() => scene().sample.press('Bring back: ours, ES256'));

  it('the headline says “every refusal”', async () => {
    expect(await scene().sample.text('h1')).toContain('every refusal');
  });

  it.each(codes)('%s', async (code) => {
    const { sample } = scene();
    const { step, ...choice } = CHOICES[code];
    if (code === 'keys_unavailable') await sample.press('Take down: ours, ES256');
    await sample.send(choice);
    if (code === 'token_revoked') await sample.press('Log out everywhere');
    const { status, error } = refusalRow(code);
    const phrase = `${status} ${error}`;
    expect(await sample.verdict()).toBe(`${phrase} ${code} from the step “${step}”`);
    expect(await sample.body()).toMatchObject({ status, code });
    expect(await sample.refusedAt()).toBe(step);
    const answerPanel = sample.page.locator('#answer');
    const family = code === 'keys_unavailable' ? 'unavailable' : 'refused';
    expect(await answerPanel.getAttribute('data-family')).toBe(family);
    const link = sample.page.getByRole('link', { name: `What to do about ${code}` });
    expect(await link.getAttribute('href')).toBe(`/errors/${code}`);
  });

  it('what the discreet API keeps from its callers, the operator’s log says', async () => {
    const { sample } = scene();
    await sample.send({ token: 'expired', issuer: 'eddsa', route: 'discreet' });
    // Only this one is told: a client gets a new token.
    expect(await sample.verdict()).toContain('token_expired');
    await sample.send({ token: 'wrong audience', issuer: 'eddsa', route: 'discreet' });
    expect(await sample.verdict()).toContain('token_invalid from the step “claims”');
    expect(await sample.text('#log')).toContain(
      'The caller is not told that it is audience_invalid.',
    );
  });

  it('a second factor opens the route that demands one', async () => {
    const { sample } = scene();
    await sample.send({ token: 'second factor', issuer: 'eddsa', route: 'step-up' });
    expect(await sample.verdict()).toBe('200 OK all steps passed');
  });

  it('counts each refusal by its code', async () => {
    const { sample } = scene();
    for (const code of codes.filter((one) => one !== 'token_invalid'))
      await until(async () => (await sample.count(code)) > 0);
  });
};
