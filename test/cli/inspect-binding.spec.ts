import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createDpopKey,
  createTestCertificate,
  createTestIssuer,
  type TestIssuer,
} from 'nestjs-trusted-issuers/testing';
import { writeFileSync } from 'node:fs';
import type { Inspection } from '../../src/cli/inspect/inspection.js';
import { startApplication } from '../support/application.js';
import { command, temporaryFolder } from '../support/command-line.js';

describe('inspect, of tokens that are bound', () => {
  const folder = temporaryFolder();
  const certificate = createTestCertificate();
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await createTestIssuer({ listen: false, issuer: 'https://login.example.com' });
  });
  afterAll(() => folder.remove());

  const inspected = async (token: string, mtls?: object, dpop?: object): Promise<Inspection> => {
    const config = folder.file('config.json');
    const trusted = { issuer: issuer.issuer, keys: { jwks: issuer.jwks } };
    const content = { audience: 'https://api.example.com', issuers: [trusted], mtls, dpop };
    writeFileSync(config, JSON.stringify(content));
    const { out } = await command(['inspect', '--config', config, '--json'], { stdin: token });
    return JSON.parse(out) as Inspection;
  };
  const bindingStep = async (...given: Parameters<typeof inspected>) => {
    const { steps } = await inspected(...given);
    return steps.find(({ name }) => name === 'binding');
  };

  it('shows the thumbprint and the mode', async () => {
    const step = await bindingStep(issuer.token({ certificate }), {
      mode: 'allowed',
      certificate: 'connection',
    });
    expect(step).toEqual({
      name: 'binding',
      outcome: 'passed',
      details: [
        'the token is bound; each request must prove that it is the caller’s',
        `a certificate: "x5t#S256" is "${certificate.thumbprint}"; mtls is "allowed". No certificate was shown.`,
      ],
    });
  });

  it.each([
    ['bound, where mtls is off', true, { mode: 'off', certificate: 'connection' }, '"off"'],
    ['bound, where nothing is said', true, undefined, 'nothing is configured'],
    [
      'unbound, where mtls is required',
      false,
      { mode: 'required', certificate: 'connection' },
      '"required"',
    ],
  ] as const)('says why one is refused: %s', async (_what, isBound, mtls, reason) => {
    expect(await bindingStep(issuer.token(isBound ? { certificate } : {}), mtls)).toMatchObject({
      outcome: 'refused',
      code: 'token_binding_invalid',
      details: [expect.stringContaining(reason)],
    });
  });

  it('shows the thumbprint of a key, the mode, and where the API says that it is', async () => {
    const key = await createDpopKey();
    const proofs = {
      mode: 'allowed',
      origin: 'https://api.example.com',
      paths: [{ from: '/', to: '/v1' }],
    };
    const step = await bindingStep(`DPoP ${issuer.token({ dpop: key })}`, undefined, proofs);
    expect(step).toEqual({
      name: 'binding',
      outcome: 'passed',
      details: [
        'the token is bound; each request must prove that it is the caller’s',
        `a key: "jkt" is "${key.thumbprint}"; dpop is "allowed". No proof was shown.`,
        'proofs name an address of https://api.example.com, https://api.example.com/v1 for the path / here',
      ],
    });
    const off = await bindingStep(issuer.token({ dpop: key }), undefined, {
      ...proofs,
      mode: 'off',
    });
    expect(off).toMatchObject({ outcome: 'refused', code: 'token_binding_invalid' });
    const required = await bindingStep(issuer.token(), undefined, { ...proofs, mode: 'required' });
    expect(required).toMatchObject({
      outcome: 'refused',
      details: [expect.stringContaining('dpop is "required"')],
    });
  });

  it.each([
    ['jkt', 5, '"cnf.jkt" of the token is not a string'],
    ['x5t#S256', 'short', 'is not a SHA-256 thumbprint'],
  ])('says why one is refused whose %s is %j', async (member, value, reason) => {
    const token = issuer.token({ claims: { cnf: { [member]: value } } });
    const mtls = { mode: 'allowed', certificate: 'connection' };
    const dpop = { mode: 'allowed', origin: 'https://api.example.com' };
    expect(await bindingStep(token, mtls, dpop)).toMatchObject({
      outcome: 'refused',
      code: 'token_binding_invalid',
      details: [expect.stringContaining(reason)],
    });
  });

  it('names the refusal that the guard gives a token with two faults: the subject comes first', async () => {
    const token = issuer.token({ claims: { sub: undefined, cnf: { jkt: 'key' } } });
    const application = await startApplication({
      audience: 'https://api.example.com',
      issuers: [{ issuer: issuer.issuer, keys: { jwks: issuer.jwks } }],
    });
    const { json } = await application.get('/notes', token);
    await application.close();
    expect(json).toMatchObject({ code: 'claims_invalid' });
    expect(await inspected(token)).toMatchObject({ verdict: 'refused', code: 'claims_invalid' });
  });

  it('shows both bindings of a token', async () => {
    const key = await createDpopKey();
    const step = await bindingStep(
      issuer.token({ dpop: key, certificate }),
      { mode: 'allowed', certificate: 'connection' },
      { mode: 'allowed', origin: 'https://api.example.com' },
    );
    expect(step?.details).toEqual([
      expect.any(String),
      expect.stringMatching(/^a certificate: /),
      expect.stringMatching(/^a key: /),
      'proofs name an address of https://api.example.com',
    ]);
  });

  it('says of others that they are bound to nothing', async () => {
    expect(await bindingStep(issuer.token())).toMatchObject({
      outcome: 'passed',
      details: ['the token is not bound to a key or a certificate'],
    });
  });
});
