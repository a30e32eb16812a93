import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestIssuer } from 'nestjs-trusted-issuers/testing';
import 'nestjs-trusted-issuers/testing/jest';
import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  type OidcProviderIssuer,
  startOidcProviderIssuer,
} from '../../sample-app/src/issuers/oidc-provider.issuer.js';
import { startTestKitIssuer } from '../../sample-app/src/issuers/test-kit.issuer.js';
import { freePort, portFrom } from '../../sample-app/src/port.js';
import { readMarkdown } from '../docs/markdown.js';
import { ADAPTERS, startApplication, type TestApplication } from '../support/application.js';

/** The main job. What the sample app prints is checked by scripts/check-sample-app.mjs. */
describe.each(ADAPTERS)('Real tokens of two unrelated authorization servers on %s', (adapter) => {
  let oidcProvider: OidcProviderIssuer;
  let testKit: TestIssuer;
  let application: TestApplication;

  beforeAll(async () => {
    oidcProvider = await startOidcProviderIssuer();
    testKit = await startTestKitIssuer();
    application = await startApplication(
      {
        audience: 'https://api.example.com',
        issuers: [oidcProvider.issuer, { issuer: testKit.issuer, algorithms: ['ES256'] }],
      },
      { adapter },
    );
  });

  afterAll(async () => {
    await application.close();
    await oidcProvider.close();
    await testKit.close();
  });

  it('accepts the RS256 at+jwt that oidc-provider gives out at its token endpoint', async () => {
    const token = await oidcProvider.accessToken();
    expect(headerOf(token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });

    const answer = await application.get('/notes/identity', token);

    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      id: `${oidcProvider.issuer}|reporting-job`,
      issuer: oidcProvider.issuer,
      subject: 'reporting-job',
      clientId: 'reporting-job',
      audience: ['https://api.example.com'],
      scopes: ['notes:read'],
    });
  });

  it('accepts the ES256 token of the other', async () => {
    const answer = await application.get('/notes', testKit.token());

    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ id: `${testKit.issuer}|alice`, issuer: testKit.issuer });
  });

  it('refuses a token of oidc-provider with one flipped signature byte', async () => {
    const answer = await application.get('/notes', flipped(await oidcProvider.accessToken()));

    expect(answer.status).toBe(401);
    expect(answer).toBeUnauthorized('signature_invalid');
  });

  it('refuses a token that one of them signed in the name of the other', async () => {
    const forged = testKit.token({ claims: { iss: oidcProvider.issuer } });

    const answer = await application.get('/notes', forged);

    expect(answer.status).toBe(401);
    expect(answer).toBeUnauthorized('signature_invalid');
  });
});

describe('The port of the sample app', () => {
  it.each([
    [undefined, 3_000],
    ['', 3_000],
    ['0', 0],
    ['8080', 8_080],
  ])('%j: %i', (text, port) => {
    expect(portFrom(text)).toBe(port);
  });

  it('is free where any will do', async () => {
    const server = createServer().listen(await freePort(), '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });

  it.each(['abc', '-1', '65536', '3000 ', '1e3'])('%j is none', (text) => {
    expect(() => portFrom(text)).toThrow(
      `PORT is ${JSON.stringify(text)}, which is no port. Give a number from 0 to 65535`,
    );
  });
});

describe('What the sample app’s README says to copy', () => {
  const readme = readMarkdown('sample-app/README.md');
  const files = [...readme.matchAll(/^\| \[(src\/[\w.-]+)\]/gm)].map(([, file = '']) => file);

  it('is three files', () => {
    expect(files).toEqual(['src/app.module.ts', 'src/notes.controller.ts', 'src/cors.ts']);
  });

  it('needs no other file of the sample', () => {
    const imported = files.flatMap((file) =>
      [...readMarkdown(`sample-app/${file}`).matchAll(/ from '\.\/([\w./-]+)\.js'/g)].map(
        ([, name]) => `src/${name}.ts`,
      ),
    );
    expect(imported).toEqual(['src/notes.controller.ts']);
  });
});

function headerOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
}

function flipped(token: string): string {
  const signatureAt = token.lastIndexOf('.') + 1;
  const signature = Buffer.from(token.slice(signatureAt), 'base64url');
  signature.writeUInt8(signature.readUInt8(0) ^ 0xff, 0);
  return token.slice(0, signatureAt) + signature.toString('base64url');
}
