import { expect, it } from '@jest/globals';
import type { Suite } from './suite.js';

/** Logins that come to nothing, and leave nothing behind in the browser. */
export const failedLogin: Suite = (scene) => {
  it.each([
    ['state', 'the answer belongs to another login (state)'],
    ['iss', 'the answer comes from elsewhere (iss)'],
  ])('an answer with another %s is not taken', async (parameter, reason) => {
    const { sample, url } = scene();
    const { page } = sample;
    await page.route('**/auth?*', (route) => {
      const asked = new URL(route.request().url());
      const answer = new URL(url);
      answer.search = new URLSearchParams({
        code: 'of-the-attacker',
        state: asked.searchParams.get('state') ?? '',
        iss: asked.origin,
        [parameter]: 'https://attacker.example',
      }).toString();
      return route.fulfill({ status: 303, headers: { location: answer.href } });
    });
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByText(`The login failed: ${reason}`).waitFor();
    expect(page.url()).toBe(`${url}/`);
  });

  it('an answer that the page did not ask for is not taken', async () => {
    const { sample, url } = scene();
    await sample.page.goto(`${url}/?code=stolen&state=guessed`);
    await sample.page.getByText('The login failed: no login is under way').waitFor();
  });

  it('while oidc-provider is down the page says so', async () => {
    const { sample } = scene();
    await sample.press('Take down: oidc-provider');
    await sample.press('Log in');
    expect(await sample.text('#login-state')).toBe('The login failed: oidc-provider answered 503');
    await sample.press('Bring back: oidc-provider');
  });
};

/** The authorization code flow with PKCE, in a real browser. */
export const login: Suite = (scene) => {
  it('logs in at oidc-provider and calls the API with the token that comes', async () => {
    const { sample, url } = scene();
    const { page } = sample;
    const authorization = page.waitForRequest((request) => request.url().includes('/auth?'));
    const exchange = page.waitForRequest((request) => request.url().endsWith('/token'));
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    const asked = new URL((await authorization).url()).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      ...{ response_type: 'code', client_id: 'notes-page', redirect_uri: `${url}/` },
      ...{ code_challenge_method: 'S256', resource: 'https://api.example.com' },
      ...{
        code_challenge: expect.any(String),
        state: expect.any(String),
        nonce: expect.any(String),
      },
    });

    await page.getByLabel('Name').fill('bob');
    await page.getByRole('button', { name: 'Log in' }).click();
    const form = new URLSearchParams((await exchange).postData() ?? '');
    expect(form.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    expect(form.has('client_secret')).toBe(false);

    await page.getByText('Logged in as bob').waitFor();
    expect(await sample.verdict()).toBe('200 OK all steps passed');
    expect(await sample.body()).toMatchObject({ subject: 'bob', clientId: 'notes-page' });
    expect(page.url()).toBe(`${url}/`);
    await sample.press('Call with my token');
    expect(await sample.verdict()).toBe('200 OK known from before');
    await page.getByRole('radio', { name: /^scoped/ }).check();
    await sample.press('Call with my token');
    expect(await sample.body()).toEqual({ archiveOf: expect.stringMatching(/\|bob$/) });
  });

  it('works as well where the page was opened by the name localhost', async () => {
    const { sample, url } = scene();
    await sample.open(url.replace('127.0.0.1', 'localhost'));
    await logIn(scene);
    expect(sample.page.url()).toMatch(/^http:\/\/localhost:\d+\/$/);
    expect(await sample.verdict()).toBe('200 OK all steps passed');
  });

  it('the token is kept nowhere: a reload forgets it', async () => {
    const { sample, url } = scene();
    await logIn(scene);
    const kept = await sample.page.evaluate(() => [
      ...Object.entries(sessionStorage),
      ...Object.entries(localStorage),
      document.cookie,
    ]);
    expect(kept).toEqual(['']);
    await sample.open(url);
    expect(await sample.text('#login-state')).toBe('Not logged in.');
    expect(await sample.page.getByRole('button', { name: 'Call with my token' }).isDisabled()).toBe(
      true,
    );
  });

  it('an ID token with another nonce is not taken', async () => {
    const { sample } = scene();
    const { page } = sample;
    await page.route('**/token', async (route) => {
      const response = await route.fetch();
      const tokens = (await response.json()) as { id_token: string };
      const [header, payload = '', signature] = tokens.id_token.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      const forged = Buffer.from(JSON.stringify({ ...claims, nonce: 'another' })).toString(
        'base64url',
      );
      await route.fulfill({
        response,
        json: { ...tokens, id_token: [header, forged, signature].join('.') },
      });
    });
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    // Only the provider's page asks for it; this page's own button is called the same.
    await page.getByLabel('Name').fill('bob');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page
      .getByText('The login failed: the ID token belongs to another login (nonce)')
      .waitFor();
  });

  it('goes on with keys rotated since', async () => {
    const { sample } = scene();
    await sample.press('Rotate keys: oidc-provider');
    await sample.press('Make the API forget its keys: oidc-provider');
    await logIn(scene);
    expect(await sample.body()).toMatchObject({ subject: 'alice' });
  });
};

async function logIn(scene: Parameters<Suite>[0]): Promise<void> {
  const { page } = scene().sample;
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByLabel('Name').waitFor();
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('Logged in as alice').waitFor();
}
