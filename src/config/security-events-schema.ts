import type { BackChannelLogoutConfig, LogoutSenderConfig } from './back-channel-logout-config.js';
import { IssuerKeysSchema } from './issuer-keys-schema.js';
import { Nested, NestedList, Option, type Options, Required, Schema } from './option.js';
import { oneForm } from './relations.js';
import * as addresses from './rules/addresses.js';
import * as metadata from './rules/metadata.js';
import { comparedString, isFunction, oneOrList } from './rules/values.js';
import type { SharedSignalsConfig, TransmitterConfig } from './shared-signals-config.js';

const CLIENT = 'Name the client that is registered at the issuer, like "notes".';
const ISSUER = 'Give the exact "iss" of its security event tokens.';
const AUDIENCE = 'Name what its tokens carry in "aud" for this API.';
const TRANSMITTERS = 'List at least one transmitter.';
const TRANSMITTER = 'issuer: "https://…", audience: "https://…"';
const SUBJECT_OF =
  'It is given a subject and returns { issuer, subject }, { issuer, sessionId }, undefined or null.';

/** The rules of {@link BackChannelLogoutConfig}. */
export class BackChannelLogoutSchema extends Schema implements Options<BackChannelLogoutConfig> {
  @Option(metadata.servedPath('/backchannel-logout')) readonly path: unknown;
}

/** The rules of {@link LogoutSenderConfig}. */
export class LogoutSenderSchema extends Schema implements Options<LogoutSenderConfig> {
  @Required(comparedString, CLIENT) readonly clientId: unknown;
}

/** The rules of {@link TransmitterConfig}. */
export class TransmitterSchema extends Schema implements Options<TransmitterConfig> {
  @Required(addresses.issuerName, ISSUER) readonly issuer: unknown;
  @Required(oneOrList(comparedString, 'Give one audience or a list of them.', AUDIENCE), AUDIENCE)
  readonly audience: unknown;
  @Nested(IssuerKeysSchema, 'jwksUri: "https://…"', oneForm(IssuerKeysSchema))
  readonly keys: unknown;
  @Option(isFunction(SUBJECT_OF)) readonly subjectOf: unknown;
}

/** The rules of {@link SharedSignalsConfig}. */
export class SharedSignalsSchema extends Schema implements Options<SharedSignalsConfig> {
  @Option(metadata.servedPath('/ssf/events')) readonly path: unknown;
  @NestedList(TransmitterSchema, TRANSMITTERS, TRANSMITTER) readonly transmitters: unknown;
}
