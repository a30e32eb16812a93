import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TrustedIssuers } from 'nestjs-trusted-issuers';
import { appModuleTrusting } from '../../sample-app/src/app.module.js';
import { IssuerSwitches } from '../../sample-app/src/console/issuer-switches.js';
import { type RequestTrace, RequestTraces } from '../../sample-app/src/console/request-traces.js';
import { SHAPE_NAMES, type ShapeName } from '../../sample-app/src/console/token-shapes.js';
import { TracingLogger } from '../../sample-app/src/console/tracing.logger.js';
import {
  type SampleIssuers,
  startSampleIssuers,
} from '../../sample-app/src/issuers/sample-issuers.js';
import { TokenInspector } from '../../src/cli/inspect/token-inspector.js';
import { TOKENS } from '../../src/core/util/di-tokens.js';
import { startModule, type TestApplication } from '../support/application.js';

const TRUSTED = ['oidc', 'es256', 'eddsa'] as const;

/** The sample's logger, without the printing. */
class SilentLogger extends TracingLogger {
  protected override printMessages(): void {}
}

/** What the sample's page shows of a request must be what happened to it. */
describe('The sample’s traces', () => {
  const traces = new RequestTraces();
  let issuers: SampleIssuers;
  let application: TestApplication;
  let switches: IssuerSwitches;

  beforeAll(async () => {
    issuers = await startSampleIssuers();
    application = await startModule({
      imports: [appModuleTrusting(issuers, { observer: [traces.observer] })],
      configure: (app) => {
        app.useLogger(new SilentLogger(traces));
        app.use('/notes', traces.use.bind(traces));
      },
    });
    switches = new IssuerSwitches(issuers, application.app.get(TrustedIssuers));
  });
  afterAll(async () => {
    await application.close();
    await Promise.all(Object.values(issuers).map((issuer) => issuer.close()));
  });

  it.each(TRUSTED.flatMap((name) => SHAPE_NAMES.map((shape) => [name, shape] as const)))(
    '%s, %s: code and step are those that the command line finds',
    async (name, shape) => {
      const token = await switches.token(name, shape);
      const { code, step } = await traceOf(token);
      expect({ code, step }).toEqual(await inspected(token));
    },
  );

  it.each([
    ['a type of another kind of token', { typ: 'dpop+jwt' }, {}],
    ['a type that is not accepted', { typ: 'weird' }, {}],
    ['no subject', {}, { sub: undefined }],
    ['no lifetime', {}, { exp: undefined }],
    ['expired, with a key that went', { kid: 'gone' }, { exp: 1 }],
  ])('%s: too', async (_name, header, claims) => {
    const token = issuers.es256.token({ header, claims });
    const { code, step } = await traceOf(token);
    expect(code).toBeDefined();
    expect({ code, step }).toEqual(await inspected(token));
  });

  it('an issuer that is not trusted: too', async () => {
    const token = await switches.token('untrusted', 'valid');
    const { code, step } = await traceOf(token);
    expect({ code, step }).toEqual({ code: 'issuer_untrusted', step: 'issuer' });
    expect({ code, step }).toEqual(await inspected(token));
  });

  it('keys that are not available: too', async () => {
    await switches.act('eddsa', 'take-down');
    await switches.act('eddsa', 'forget-keys');
    const token = await switches.token('eddsa', 'valid');
    const { code, step, keys } = await traceOf(token);
    expect({ code, step, keys }).toEqual({
      code: 'keys_unavailable',
      step: 'keys',
      keys: 'not available',
    });
    expect({ code, step }).toEqual(await inspected(token));
    await switches.act('eddsa', 'bring-back');
  });

  it('requests at once are told apart', async () => {
    const sent = await Promise.all(
      [...SHAPE_NAMES, ...SHAPE_NAMES].map(async (shape) => ({
        shape,
        trace: await traceOf(await switches.token('es256', shape)),
      })),
    );
    const refusals: Readonly<Partial<Record<ShapeName, string>>> = {
      // Without an origin there is no DPoP.
      bound: 'token_binding_invalid',
      expired: 'token_expired',
      'not-yet-valid': 'token_not_active',
      'wrong-audience': 'audience_invalid',
      'wrong-type': 'claims_invalid',
      tampered: 'signature_invalid',
      unsigned: 'signature_invalid',
      'unknown-kid': 'signature_invalid',
      opaque: 'token_malformed',
    };
    for (const { shape, trace } of sent)
      expect([shape, trace.code]).toEqual([shape, refusals[shape]]);
  });

  it('a token known from before is told apart from one that is new', async () => {
    const token = await switches.token('es256', 'valid');
    expect(await traceOf(token)).toMatchObject({ outcome: 'admitted', remembered: false });
    expect(await traceOf(token)).toMatchObject({ outcome: 'admitted', remembered: true });
  });

  it('no more than a hundred are kept', async () => {
    const first = await idOf();
    expect(traces.find(first)).toBeDefined();
    for (let count = 0; count < 100; count++) await idOf();
    expect(traces.find(first)).toBeUndefined();
  });

  async function idOf(token?: string): Promise<string> {
    const { headers } = await application.get('/notes', token);
    return String(headers['x-request-id']);
  }

  async function traceOf(token: string): Promise<RequestTrace> {
    const trace = traces.find(await idOf(token));
    if (!trace) throw new Error('no trace');
    return trace;
  }

  /** The first step that does not let the token pass, by the command line's own examination. */
  async function inspected(token: string): Promise<object> {
    const { app } = application;
    const { steps } = await new TokenInspector({
      config: app.get(TOKENS.resolvedConfig),
      trustedIssuers: app.get(TrustedIssuers),
      binding: app.get(TOKENS.tokenBinding),
      authenticator: app.get(TOKENS.jwtAuthenticator),
      clock: app.get(TOKENS.clock),
      fetchKeys: true,
    }).inspect(token);
    const found = steps.find(({ code }) => code !== undefined);
    return { code: found?.code, step: found?.name };
  }
});
