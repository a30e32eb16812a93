import { Controller, Get, Injectable, Param } from '@nestjs/common';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  AuthConfigurationError,
  Public,
  type TrustedIssuerConfig,
  TrustedIssuers,
} from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { ADAPTERS, startApplication } from '../support/application.js';
import { NotesController } from '../support/notes.controller.js';
import { startVerifier, type TestVerifier } from '../support/verifier.js';

const AUDIENCE = 'https://api.example.com';

@Injectable()
class Onboarding {
  constructor(private readonly issuers: TrustedIssuers) {}
  trust(config: TrustedIssuerConfig): void {
    this.issuers.add(config);
  }
}

let config: TrustedIssuerConfig;

@Public()
@Controller('onboard')
class OnboardController {
  constructor(private readonly onboarding: Onboarding) {}
  @Get(':name')
  onboard(@Param('name') _name: string): object {
    this.onboarding.trust(config);
    return {};
  }
}

describe.each(ADAPTERS)('TrustedIssuers on %s', (adapter) => {
  it('is injected by its class, and changes who is let in', async () => {
    const [first, second] = [await createTestIssuer(), await createTestIssuer()];
    const application = await startApplication(
      { issuers: [first.config()] },
      { adapter, controllers: [NotesController, OnboardController], providers: [Onboarding] },
    );
    expect((await application.get('/notes', second.token())).json).toMatchObject({
      code: 'issuer_untrusted',
    });
    expect(second.requests).toEqual([]);
    config = second.config();
    await application.get('/onboard/second');
    expect((await application.get('/notes', second.token())).status).toBe(200);
    expect((await application.get('/notes', first.token())).status).toBe(200);
    application.app.get(TrustedIssuers).remove(first.issuer);
    expect((await application.get('/notes', first.token())).json).toMatchObject({
      code: 'issuer_untrusted',
    });
    await application.close();
    await Promise.all([first.close(), second.close()]);
  });
});

describe('TrustedIssuers', () => {
  const [ONE, TWO, ALIAS] = ['https://one.example', 'https://two.example', 'https://one.internal'];
  let issuer: TestIssuer;
  let verifier: TestVerifier;
  const terms = (name: string, more: object = {}): TrustedIssuerConfig => ({
    issuer: name,
    keys: { jwks: issuer.jwks },
    ...more,
  });
  const outcome = (iss: string, claims: object = {}): Promise<string> =>
    verifier.outcome(issuer.token({ claims: { iss, ...claims } }));

  beforeEach(async () => {
    issuer = await createTestIssuer({ listen: false });
    verifier = await startVerifier({
      audience: AUDIENCE,
      issuers: [terms(ONE, { issuerAliases: [ALIAS] }), TWO],
    });
  });

  const names = (): readonly string[] => verifier.issuers.list().map((entry) => entry.issuer);

  it('lists what is configured, a string as the object that it is short for', () => {
    expect(verifier.issuers.list()).toEqual([
      { issuer: ONE, issuerAliases: [ALIAS], keys: { jwks: issuer.jwks } },
      { issuer: TWO },
    ]);
  });

  it('add: trusts one more, with the audience of the module', async () => {
    verifier.issuers.add(terms('https://three.example'));
    verifier.issuers.add('https://four.example');
    expect(names()).toEqual([ONE, TWO, 'https://three.example', 'https://four.example']);
    expect(await outcome('https://three.example')).toBe('accepted');
    expect(await outcome('https://three.example', { aud: 'other' })).toBe('audience_invalid');
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined is not an issuer. Is an environment variable not set?'],
    [
      'a listed issuer',
      TWO,
      `issuer: "${TWO}" is already used by another trusted issuer. Name every issuer once.`,
    ],
    [
      'an alias as issuer',
      ALIAS,
      `issuer: "${ALIAS}" is already used by another trusted issuer. Name every issuer once.`,
    ],
    [
      'an alias that is taken',
      { issuer: 'https://three.example', issuerAliases: [ONE] },
      `issuerAliases[0]: "${ONE}" is already used by another trusted issuer. Name every issuer once.`,
    ],
    [
      'an unknown option',
      { issuer: 'https://three.example', audiense: 'x' },
      'audiense: unknown option. Did you mean audience?',
    ],
  ])('add: refuses %s, and changes nothing', async (_what, faulty, message) => {
    const before = verifier.issuers.list();
    const adding = (): void => verifier.issuers.add(faulty as string);
    expect(adding).toThrow(AuthConfigurationError);
    expect(adding).toThrow(message);
    expect(verifier.issuers.list()).toEqual(before);
    expect(await outcome(ALIAS)).toBe('accepted');
  });

  it('replace: other terms, another object, and its former aliases mean nothing any more', async () => {
    const former = verifier.issuers.find(ONE);
    verifier.issuers.replace(terms(ONE, { audience: 'partner-api' }));
    const successor = verifier.issuers.find(ONE);
    expect(successor).not.toBe(former);
    expect(verifier.issuers.isTrusted(former as never, ONE)).toBe(false);
    expect(verifier.issuers.isTrusted(successor as never, ONE)).toBe(true);
    expect(await outcome(ONE)).toBe('audience_invalid');
    expect(await outcome(ONE, { aud: 'partner-api' })).toBe('accepted');
    expect(await outcome(ALIAS, { aud: 'partner-api' })).toBe('issuer_untrusted');
  });

  it('replace: may keep or move aliases, but not take another issuer’s', () => {
    verifier.issuers.replace(terms(ONE, { issuerAliases: [ALIAS, 'http://new:8080'] }));
    const taking = (): void => verifier.issuers.replace(terms(ONE, { issuerAliases: [TWO] }));
    expect(taking).toThrow(`"${TWO}" is already used by another trusted issuer`);
    expect(verifier.issuers.find('http://new:8080')).toBe(verifier.issuers.find(ONE));
  });

  it.each([
    ALIAS,
    'https://three.example',
    { issuer: 'https://three.example' },
    undefined,
    null,
    {},
  ])('replace: refuses %j, which is not listed', (entry) => {
    const before = verifier.issuers.list();
    const replacing = (): void => verifier.issuers.replace(entry as never);
    expect(replacing).toThrow(AuthConfigurationError);
    expect(replacing).toThrow(/ issuer: .* is not a listed issuer\. Use add for a new one\.$/);
    expect(verifier.issuers.list()).toEqual(before);
  });

  it('replace: terms beside a name are no terms', () => {
    const replace = verifier.issuers.replace.bind(verifier.issuers) as (...all: unknown[]) => void;
    const before = verifier.issuers.list();
    const replacing = (): void => replace(ONE, { clientIds: ['web'] });
    expect(replacing).toThrow(TypeError);
    expect(replacing).toThrow(
      'replace() takes one argument: the terms, with the issuer among them',
    );
    expect(verifier.issuers.list()).toEqual(before);
  });

  it('replace: a name alone means the terms of the module', () => {
    verifier.issuers.replace(ONE);
    expect(verifier.issuers.list()).toEqual([{ issuer: TWO }, { issuer: ONE }]);
  });

  it('replace: terms that name another issuer when they are read again change nothing', async () => {
    const before = verifier.issuers.list();
    let reads = 0;
    const shifty = {
      ...terms(ONE),
      get issuer() {
        return reads++ === 0 ? ONE : 'https://three.example';
      },
    };
    expect(() => verifier.issuers.replace(shifty)).toThrow(
      '"https://three.example" is not a listed issuer',
    );
    expect(verifier.issuers.list()).toEqual(before);
    expect(await outcome(ONE)).toBe('accepted');
  });

  it('replace: a faulty one changes nothing', async () => {
    expect(() => verifier.issuers.replace(terms(ONE, { audience: '' }))).toThrow('audience');
    expect(await outcome(ONE)).toBe('accepted');
    expect(await outcome(ALIAS)).toBe('accepted');
  });

  it('replace: new keys count, old ones no more', async () => {
    const before = issuer.token({ claims: { iss: ONE } });
    expect(await verifier.outcome(before)).toBe('accepted');
    await issuer.rotateKeys({ keepOld: false });
    expect(await outcome(ONE)).toBe('signature_invalid');
    verifier.issuers.replace(terms(ONE));
    expect(await outcome(ONE)).toBe('accepted');
    expect(await verifier.outcome(before)).toBe('signature_invalid');
  });

  it('remove: by the issuer alone, under all its names, and the names are free again', async () => {
    const former = verifier.issuers.find(ONE);
    expect(verifier.issuers.remove(ALIAS)).toBe(false);
    expect(verifier.issuers.remove(ONE)).toBe(true);
    expect(verifier.issuers.remove(ONE)).toBe(false);
    expect(verifier.issuers.isTrusted(former as never, ONE)).toBe(false);
    expect([await outcome(ONE), await outcome(ALIAS)]).toEqual([
      'issuer_untrusted',
      'issuer_untrusted',
    ]);
    expect(names()).toEqual([TWO]);
    verifier.issuers.add(terms(ALIAS));
    expect(await outcome(ALIAS)).toBe('accepted');
  });

  it('remove: without the last issuer the application trusts none', async () => {
    verifier.issuers.remove(ONE);
    verifier.issuers.remove(TWO);
    expect([names(), await outcome(ONE)]).toEqual([[], 'issuer_untrusted']);
  });

  it('a template comes and goes like any other', async () => {
    const template = 'https://entra.example/{tenantid}/v2.0';
    const tid = '11111111-aaaa-bbbb-cccc-222222222222';
    const iss = template.replace('{tenantid}', tid);
    verifier.issuers.add(terms(template, { tenants: [tid] }));
    expect(await outcome(iss, { tid })).toBe('accepted');
    expect(() => verifier.issuers.add(terms(iss))).toThrow('already used');
    verifier.issuers.replace(terms(template, { tenants: 'any' }));
    expect(await outcome(iss.replace('1111', '2222'), { tid: tid.replace('1111', '2222') })).toBe(
      'accepted',
    );
    expect(verifier.issuers.remove(template)).toBe(true);
    expect(await outcome(iss, { tid })).toBe('issuer_untrusted');
  });

  it('a removed tenant of a template stays out until it is added by its name', async () => {
    const template = 'https://entra.example/{tenantid}/v2.0';
    const tid = '11111111-aaaa-bbbb-cccc-222222222222';
    const other = '33333333-aaaa-bbbb-cccc-444444444444';
    const [iss, otherIss] = [tid, other].map((tenant) => template.replace('{tenantid}', tenant));
    const both = async (): Promise<string[]> => [
      await outcome(iss as string, { tid }),
      await outcome(otherIss as string, { tid: other }),
    ];
    verifier.issuers.add(terms(template, { tenants: 'any' }));
    expect(await both()).toEqual(['accepted', 'accepted']);
    // Which only the template admits. Remembered tokens too.
    expect(verifier.issuers.remove(iss as string)).toBe(true);
    expect(await both()).toEqual(['issuer_untrusted', 'accepted']);
    expect(verifier.issuers.remove(iss as string)).toBe(false);
    verifier.issuers.add(terms(iss as string, { audience: 'stricter' }));
    expect(await both()).toEqual(['audience_invalid', 'accepted']);
    // Which is listed beside it: not by the template's looser terms.
    expect(verifier.issuers.remove(iss as string)).toBe(true);
    expect(await both()).toEqual(['issuer_untrusted', 'accepted']);
    verifier.issuers.replace(terms(template, { tenants: [tid, other] }));
    expect(await both()).toEqual(['issuer_untrusted', 'accepted']);
  });

  it('so many tenants can be removed, and no more', () => {
    const template = 'https://entra.example/{tenantid}/v2.0';
    verifier.issuers.add(terms(template, { tenants: 'any' }));
    const tenant = (number: number): string =>
      template.replace('{tenantid}', `11111111-aaaa-bbbb-cccc-${String(number).padStart(12, '0')}`);
    for (let number = 0; number < 10_000; number++) verifier.issuers.remove(tenant(number));
    expect(() => verifier.issuers.remove(tenant(10_000))).toThrow(RangeError);
  });

  it('a request under way ends on the terms it began with', async () => {
    const slow = await createTestIssuer();
    verifier.issuers.add(slow.config());
    slow.stall(30);
    const underWay = verifier.outcome(slow.token());
    verifier.issuers.remove(slow.issuer);
    expect(await verifier.outcome(slow.token())).toBe('issuer_untrusted');
    expect(await underWay).toBe('accepted');
    await slow.close();
  });
});

describe('A token that was verified before', () => {
  const TEMPLATE = 'https://entra.example/{tenantid}/v2.0';
  const tid = '11111111-aaaa-bbbb-cccc-222222222222';
  const iss = TEMPLATE.replace('{tenantid}', tid);

  it('is checked again when its issuer is removed, replaced, or listed by itself', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const keys = { jwks: issuer.jwks };
    const { issuers, outcome } = await startVerifier({
      audience: AUDIENCE,
      issuers: [
        { issuer: 'https://one.example', keys },
        { issuer: TEMPLATE, tenants: 'any', keys },
      ],
    });
    const [plain, tenants] = [
      issuer.token({ claims: { iss: 'https://one.example' } }),
      issuer.token({ claims: { iss, tid } }),
    ];
    const outcomes = async (): Promise<string[]> => [await outcome(plain), await outcome(tenants)];
    expect(await outcomes()).toEqual(['accepted', 'accepted']);
    issuers.replace({ issuer: 'https://one.example', keys, audience: 'other' });
    issuers.add({ issuer: iss, keys, audience: 'other' });
    expect(await outcomes()).toEqual(['audience_invalid', 'audience_invalid']);
    issuers.remove(iss);
    issuers.remove('https://one.example');
    expect(await outcomes()).toEqual(['issuer_untrusted', 'issuer_untrusted']);
  });

  it('is checked by new terms at once, however often it was accepted before', async () => {
    const issuer = await createTestIssuer({ listen: false });
    const { issuers, outcome } = await startVerifier({
      audience: AUDIENCE,
      issuers: [issuer.config()],
    });
    const token = issuer.token();
    for (let use = 0; use < 3; use++) expect(await outcome(token)).toBe('accepted');
    issuers.replace(issuer.config({ audience: 'other' }));
    expect(await outcome(token)).toBe('audience_invalid');
  });
});

describe('An identity that was vouched for', () => {
  it.each([
    [undefined],
    [7],
    [[`https://entra.example/${'1'.repeat(8)}-1111-1111-1111-${'1'.repeat(12)}/v2.0`]],
  ])('is known by its issuer alone where its "iss" is %j', async (iss) => {
    const { issuers } = await startVerifier({
      audience: AUDIENCE,
      issuers: [
        {
          issuer: 'https://entra.example/{tenantid}/v2.0',
          tenants: 'any',
          name: 'entra',
          keys: { jwks: (await createTestIssuer({ listen: false })).jwks },
        },
      ],
    });
    const vouched = { issuer: 'https://own.example', claims: { iss } } as never;
    expect(issuers.namesOf(vouched)).toEqual(['https://own.example']);
    expect(issuers.clockToleranceSecondsFor(vouched)).toBeUndefined();
    expect(issuers.policyFor(vouched)).toBeUndefined();
    expect(issuers.configuredName(iss)).toBeUndefined();
  });
});

describe('The names of an issuer, for the demands of routes', () => {
  it('are the token’s, the configured one and its short name, and no others', async () => {
    const tid = '11111111-aaaa-bbbb-cccc-222222222222';
    const TEMPLATE = 'https://entra.example/{tenantid}/v2.0';
    const iss = TEMPLATE.replace('{tenantid}', tid);
    const issuer = await createTestIssuer({ listen: false });
    const keys = { jwks: issuer.jwks };
    const { issuers, verify } = await startVerifier({
      audience: AUDIENCE,
      issuers: [
        { issuer: TEMPLATE, tenants: 'any', name: 'entra', keys, clockToleranceSeconds: 7 },
        issuer.config(),
      ],
    });
    const tenant = await verify(issuer.token({ claims: { iss, tid } }));
    expect(new Set(issuers.namesOf(tenant))).toEqual(new Set([iss, TEMPLATE, 'entra']));
    expect(issuers.configuredName(iss)).toBe(TEMPLATE);
    expect(issuers.clockToleranceSecondsFor(tenant)).toBe(7);
    expect(issuers.policyFor(tenant)?.issuer).toBe(TEMPLATE);
    expect(issuers.policyFor({ issuer: TEMPLATE })?.issuer).toBe(TEMPLATE);
    const plain = await verify(issuer.token());
    expect(new Set(issuers.namesOf(plain))).toEqual(new Set([issuer.issuer]));
  });
});
