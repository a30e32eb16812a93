import { afterAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import {
  type ForbiddenBody,
  forbiddenBodySchema,
  type UnauthorizedBody,
  unauthorizedBodySchema,
} from 'nestjs-trusted-issuers';
import { isUnauthorizedBody } from 'nestjs-trusted-issuers/client';
import * as zodSchemas from 'nestjs-trusted-issuers/zod';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codesOfStatus } from '../../../../src/core/refusals/refusal-bodies.js';
import { bodiesOfStatus, spoiltBodiesOfStatus } from '../../../support/refusal-bodies.js';

/** The Zod schemas once more, on the other major version that the package allows. */
const GENERATED = fileURLToPath(new URL('.generated/', import.meta.url));
afterAll(() => rmSync(GENERATED, { recursive: true }));

async function zodSchemasOnVersion3(): Promise<typeof zodSchemas> {
  mkdirSync(GENERATED, { recursive: true });
  writeFileSync(
    `${GENERATED}zod.ts`,
    readFileSync(new URL('../../../../src/zod/index.ts', import.meta.url), 'utf8')
      .replace(`from 'zod'`, `from 'zod/v3'`)
      .replaceAll(`'../core/`, `'../../../../../src/core/`),
  );
  return (await import(`${GENERATED}zod.ts`)) as typeof zodSchemas;
}

type Accepts = (body: unknown) => boolean;
const views: [name: string, status: 401 | 403, load: () => Promise<Accepts>][] = [
  ['unauthorizedBodySchema', 401, async () => new Ajv().compile(unauthorizedBodySchema) as Accepts],
  ['forbiddenBodySchema', 403, async () => new Ajv().compile(forbiddenBodySchema) as Accepts],
  ['isUnauthorizedBody', 401, async () => isUnauthorizedBody],
  ['Zod 4, 401', 401, async () => (body) => zodSchemas.unauthorizedBody.safeParse(body).success],
  ['Zod 4, 403', 403, async () => (body) => zodSchemas.forbiddenBody.safeParse(body).success],
  [
    'Zod 3, 401',
    401,
    async () => {
      const { unauthorizedBody } = await zodSchemasOnVersion3();
      return (body) => unauthorizedBody.safeParse(body).success;
    },
  ],
  [
    'Zod 3, 403',
    403,
    async () => {
      const { forbiddenBody } = await zodSchemasOnVersion3();
      return (body) => forbiddenBody.safeParse(body).success;
    },
  ],
];

describe.each(views)('%s', (_name, status, load) => {
  it('accepts every body that an application can send', async () => {
    const accepts = await load();
    const bodies = bodiesOfStatus(status);
    expect(new Set(bodies.map(({ code }) => code))).toEqual(new Set(codesOfStatus(status)));
    expect(bodies.filter((body) => !accepts(body))).toEqual([]);
  });

  it('refuses a body with a member missing, added or of another kind', async () => {
    const accepts = await load();
    expect(spoiltBodiesOfStatus(status).filter((body) => accepts(body))).toEqual([]);
  });
});

describe('The types', () => {
  it('are exact: a wrong literal does not compile', () => {
    const unauthorized: UnauthorizedBody = {
      status: 401,
      error: 'Unauthorized',
      message: 'Access token expired',
      code: 'token_expired',
    };
    const forbidden: ForbiddenBody = {
      status: 403,
      error: 'Forbidden',
      message: 'Insufficient scope',
      code: 'insufficient_scope',
      authenticateHint: 'Bearer realm="api"',
    };
    // @ts-expect-error the hint is always there with this code
    const noHint: UnauthorizedBody = { ...unauthorized, code: 'auth_required' };
    // @ts-expect-error another status
    const otherStatus: UnauthorizedBody = { ...unauthorized, status: 403 };
    // @ts-expect-error a code of another status
    const otherCode: ForbiddenBody = { ...forbidden, code: 'token_expired' };
    // @ts-expect-error a member more
    const extra: ForbiddenBody = { ...forbidden, extra: 1 };
    expect([noHint, otherStatus, otherCode, extra]).toHaveLength(4);
  });
});
