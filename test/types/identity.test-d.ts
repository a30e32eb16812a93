import type { ExecutionContext } from '@nestjs/common';
import { callerOf, type Identity, vouchFor } from 'nestjs-trusted-issuers';
import { testIdentity } from 'nestjs-trusted-issuers/testing';
import { expectType } from './expect-type.js';

const identity: Identity = testIdentity({ subject: 'alice' });

expectType<string>()(identity.issuer);
expectType<string>()(identity.subject);
expectType<string>()(identity.id);
expectType<string | undefined>()(identity.clientId);
expectType<readonly string[]>()(identity.audience);
expectType<readonly string[]>()(identity.scopes);
expectType<readonly string[]>()(identity.roles);
expectType<string | undefined>()(identity.tenant);
expectType<number>()(identity.expiresAt);
expectType<string | undefined>()(identity.tokenId);
// A claim is whatever the issuer says: it is looked at before it is used.
expectType<unknown>()(identity.claims['email']);
// @ts-expect-error
export const email: string = identity.claims['email'];

// @ts-expect-error read-only
identity.subject = 'bob';
// @ts-expect-error read-only
identity.scopes.push('admin');
// @ts-expect-error read-only
identity.claims['admin'] = true;
// @ts-expect-error read-only
delete identity.claims['admin'];
// @ts-expect-error The token is not on it.
export const token: unknown = identity.token;

expectType<Identity>()(vouchFor(identity));
expectType<Identity>()(vouchFor({ ...identity, roles: ['editor'] }));
// @ts-expect-error a list, never a text
vouchFor({ ...identity, scopes: 'a b' });
// @ts-expect-error every member
vouchFor({ issuer: 'https://login.example.com', subject: 'alice' });

declare const context: ExecutionContext;
expectType<Identity | undefined>()(callerOf(context));
