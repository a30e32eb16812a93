import { afterAll, describe, expect, it } from '@jest/globals';
import type { AuthModuleConfig } from 'nestjs-trusted-issuers';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';
import { rmSync } from 'node:fs';
import { DEFAULTS } from '../../src/config/defaults.js';
import { MAX_UNVERIFIED } from '../../src/core/on-demand/security-events/unverified-limit.js';
import { startApplication } from '../support/application.js';
import {
  CAEP,
  eventToken,
  logoutToken,
  outcomeOf,
  postEvent,
  postLogout,
} from '../support/security-events.js';
import { blocksOf, readMarkdown } from './markdown.js';
import { generatedFolder, importBlock } from './written-blocks.js';

const PAGE = readMarkdown('docs/logout.md');
const GENERATED = generatedFolder('logout');
const ISSUER = 'https://login.example.com';
const TRANSMITTER = 'https://signals.example.com';

describe('docs/logout.md', () => {
  afterAll(() => rmSync(GENERATED, { recursive: true, force: true }));

  const configOf = async (file: string): Promise<AuthModuleConfig> => {
    const { config } = await importBlock(blocksOf(PAGE), GENERATED, file);
    return config as unknown as AuthModuleConfig;
  };
  /** The configuration on the page, with an issuer that is there. */
  const withKeys = (config: AuthModuleConfig, issuer: TestIssuer): AuthModuleConfig => ({
    ...config,
    issuers: (config.issuers ?? []).map((one) => issuer.config(typeof one === 'string' ? {} : one)),
  });

  it('its back-channel logout ends a session', async () => {
    await using issuer = await createTestIssuer({ listen: false, issuer: ISSUER });
    const application = await startApplication(
      withKeys(await configOf('logout.module.ts'), issuer),
    );
    try {
      const token = issuer.token({ claims: { sid: 's-1' } });
      expect(await outcomeOf(application, token)).toBe(200);
      const logout = logoutToken(issuer, { aud: 'notes-web', sid: 's-1' });
      expect((await postLogout(application, logout)).status).toBe(200);
      expect(await outcomeOf(application, token)).toBe('token_revoked');
    } finally {
      await application.close();
    }
  });

  it('its shared signals end the tokens of who has that e-mail address', async () => {
    await using issuer = await createTestIssuer({ listen: false, issuer: ISSUER });
    await using signals = await createTestIssuer({ listen: false, issuer: TRANSMITTER });
    const { sharedSignals, ...config } = await configOf('signals.module.ts');
    const transmitters = (sharedSignals?.transmitters ?? []).map((transmitter) =>
      transmitter.keys === undefined
        ? transmitter
        : { ...transmitter, keys: { jwks: signals.jwks } },
    );
    const application = await startApplication({
      ...withKeys(config, issuer),
      sharedSignals: { ...sharedSignals, transmitters },
    });
    try {
      const token = issuer.token({ subject: 'alice' });
      const claims = {
        aud: 'https://api.example.com/ssf',
        sub_id: { format: 'email', email: 'alice@example.com' },
      };
      const event = eventToken(signals, { [`${CAEP}/credential-change`]: {} }, claims);
      expect((await postEvent(application, event)).status).toBe(202);
      expect(await outcomeOf(application, token)).toBe('token_revoked');
    } finally {
      await application.close();
    }
  });

  it('names paths and limits as they are', () => {
    expect(PAGE).toContain(`path: '${DEFAULTS.backChannelLogout.path}'`);
    expect(PAGE).toContain(`path: '${DEFAULTS.sharedSignals.path}'`);
    expect(PAGE).toContain(`over ${MAX_UNVERIFIED} tokens a second`);
  });
});
