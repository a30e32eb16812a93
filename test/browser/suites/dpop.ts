import { expect, it } from '@jest/globals';
import { SamplePage } from '../support/sample-page.js';
import type { Suite } from './suite.js';

const BOUND = { token: 'bound to a key' } as const;

/** A token that is bound to a key of the page, and proofs that the page makes by WebCrypto. */
export const dpop: Suite = (scene) => {
  it.each(['oidc', 'es256', 'eddsa'] as const)(
    'a token of %s, bound to the page’s key, is accepted with a proof of that key',
    async (issuer) => {
      const { sample, url } = scene();
      await sample.send({ ...BOUND, issuer });
      // The first call of all is made twice, to get a nonce.
      expect(await sample.verdict()).toMatch(/^200 OK (?:all steps passed|known from before)$/);
      expect((await sample.notes())['binding']).toBe('proof accepted');
      expect(await sample.part('Request')).toMatch(/^Authorization: DPoP ey.*$[^]*^DPoP: ey/m);

      const { cnf } = await sample.json('Token payload');
      const { jwk, ...header } = await sample.json('Proof header');
      expect(header).toEqual({ typ: 'dpop+jwt', alg: 'ES256' });
      expect(jwk).toEqual({
        ...{ kty: 'EC', crv: 'P-256' },
        ...{ x: expect.any(String), y: expect.any(String) },
      });
      expect(await thumbprintOf(jwk as JsonWebKey)).toBe((cnf as { jkt: string }).jkt);
      expect(await sample.json('Proof payload')).toEqual({
        ...{ htm: 'GET', htu: `${url}/notes` },
        ...{ jti: expect.any(String), iat: expect.any(Number) },
        ...{ ath: expect.any(String), nonce: expect.any(String) },
      });
    },
  );

  it('the private key can’t be exported, not even by the page', async () => {
    const exported = await scene().sample.page.evaluate(async () => {
      const module = '/ways.js';
      const { keyOfThisPage } = (await import(module)) as {
        keyOfThisPage(): Promise<{ privateKey: CryptoKey }>;
      };
      const { privateKey } = await keyOfThisPage();
      return crypto.subtle.exportKey('jwk', privateKey).then(
        () => 'exported',
        ({ name }: Error) => name,
      );
    });
    expect(exported).toBe('InvalidAccessError');
  });

  it('the same token as plain bearer: token_binding_invalid, in the challenge of Bearer', async () => {
    const { sample } = scene();
    await sample.send(BOUND);
    await sample.choose({ ...BOUND, way: 'Bearer' });
    await sample.sendAgain();
    expect(await sample.verdict()).toBe(
      '401 Unauthorized token_binding_invalid from the step “binding”',
    );
    expect(await sample.part('Challenge')).toMatch(
      /scheme\s+Bearer[^]*error\s+invalid_token[^]*scheme\s+DPoP[^]*algs\s+ES256/,
    );
    expect(await sample.text('#log')).toContain('came as a bearer token');
  });

  it('a proof that is sent again: dpop_proof_invalid, and the page says what came before', async () => {
    const { sample } = scene();
    await sample.send({ ...BOUND, way: 'DPoP, used proof' });
    expect(await sample.verdict()).toBe(
      '401 Unauthorized dpop_proof_invalid from the step “binding”',
    );
    expect(await sample.text('#story')).toBe(
      'Sent twice with one proof: the first answer was 200, this is the second.',
    );
    expect(await sample.text('#advice')).toContain('makes a new proof');
    expect(await sample.part('Challenge')).toMatch(
      /scheme\s+Bearer[^]*scheme\s+DPoP[^]*error\s+invalid_dpop_proof/,
    );
    await sample.send(BOUND);
    expect(await sample.verdict()).toContain('200 OK');
    expect(await sample.text('#story')).toBe('');
  });

  it('a proof by another key than that of the token: token_binding_invalid', async () => {
    const { sample } = scene();
    await sample.send({ ...BOUND, way: 'DPoP, another key' });
    expect(await sample.verdict()).toBe(
      '401 Unauthorized token_binding_invalid from the step “binding”',
    );
  });

  it('a first proof has no nonce: the page takes that of the answer, and asks again', async () => {
    const { context, url } = scene();
    const page = await context.newPage();
    try {
      const fresh = new SamplePage(page);
      await fresh.open(url);
      await fresh.send({ ...BOUND, way: 'DPoP, no nonce' });
      expect(await fresh.verdict()).toContain('dpop_nonce_required from the step “binding”');
      expect(await fresh.header('dpop-nonce')).toMatch(/^\S+$/);
      expect(await fresh.text('#advice')).toContain(
        'puts the nonce of DPoP-Nonce into a new proof',
      );
      // As opened again: with another key, and without a nonce.
      await fresh.open(url);
      await fresh.send(BOUND);
      // The proof was refused, not the token, which has been verified.
      expect(await fresh.verdict()).toBe('200 OK known from before');
      expect(await fresh.text('#story')).toContain('first answered 401 dpop_nonce_required');
    } finally {
      await page.close();
    }
  });

  it('is chosen with the token, and given up with it', async () => {
    const { sample } = scene();
    const { page } = sample;
    await sample.choose();
    await page.check('[name=shape][value=bound]');
    expect(await page.isChecked('[name=way][value=dpop]')).toBe(true);
    await page.check('[name=shape][value=valid]');
    expect(await page.isChecked('[name=way][value=bearer]')).toBe(true);
  });

  it('a logout everywhere says that the second process knows no proofs', async () => {
    const { sample } = scene();
    await sample.send(BOUND);
    await sample.press('Log out everywhere');
    expect(await sample.text('#logout-state')).toContain('The second process knows no DPoP.');
  });
};

/** RFC 7638. */
async function thumbprintOf({ crv, kty, x, y }: JsonWebKey): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }));
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('base64url');
}
