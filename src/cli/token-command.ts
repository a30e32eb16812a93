import { type Command, Option } from 'commander';
import { parseUnverifiedToken } from '../core/jwt/unverified-token.js';
import { Refusal } from '../core/refusals/refusal.js';
import { CommandFailure } from './exit-codes.js';
import { offlineIssuer } from './issuer/development-issuer.js';
import { DEFAULT_KEY_FILE, loadIssuer } from './issuer/key-file.js';
import {
  MAX_LIFETIME_SECONDS,
  mint,
  mintForm,
  type MintRequest,
  TOKEN_KINDS,
  type TokenKind,
} from './issuer/minting.js';
import { createDpopKey, type DpopKey } from '../testing/dpop-key.js';
import { proofFor } from '../testing/dpop-proof.js';
import { claim, loopbackAddress, webAddressOf, wholeNumber } from './option-values.js';
import { refuseInProduction } from './refuse-in-production.js';
import type { Terminal } from './terminal.js';

const REQUEST_TIMEOUT_MS = 5_000;

interface TokenFlags {
  readonly subject?: string;
  readonly scope?: readonly string[];
  readonly audience?: readonly string[];
  readonly client?: string;
  readonly expiresIn?: number;
  readonly claim?: Readonly<Record<string, unknown>>;
  readonly kind: TokenKind;
  readonly keys: string;
  readonly from?: string;
  readonly dpop?: string;
  readonly method: string;
  readonly nonce?: string;
  readonly json?: true;
}

/** `token`: mints one token. */
export function addTokenCommand(program: Command, terminal: Terminal): void {
  program
    .command('token')
    .description('mint one token, with the kept key or from a running development issuer')
    .option('--subject <name>', 'the subject (default: "alice")')
    .option('--scope <names...>', 'scopes (default: none)')
    .option('--audience <names...>', 'the audience (default: the issuer’s audience)')
    .option('--client <name>', 'the client it is issued to (default: "test-client")')
    .option(
      '--expires-in <seconds>',
      'lifetime (default: 300)',
      wholeNumber(1, MAX_LIFETIME_SECONDS),
    )
    .option(
      '--claim <name=value>',
      'a further claim; JSON values are taken as such; repeatable',
      claim,
    )
    .addOption(
      new Option('--kind <kind>', 'a good token, or the reason why it is refused')
        .choices(TOKEN_KINDS)
        .default('good'),
    )
    .option('--keys <file>', 'where the key is kept', DEFAULT_KEY_FILE)
    .option(
      '--from <address>',
      'ask the issuer that runs there, instead of the kept key',
      loopbackAddress,
    )
    .option(
      '--dpop <address>',
      'bind it to a new key, and print it with a proof for one request to this address (RFC 9449)',
      webAddressOf,
    )
    .option('--method <method>', 'the method of that request', 'GET')
    .option('--nonce <nonce>', 'the nonce of the proof, from the header DPoP-Nonce of an answer')
    .option('--json', 'print the token with its header and claims as JSON')
    .action((flags: TokenFlags) => runToken(flags, terminal));
}

async function runToken(flags: TokenFlags, terminal: Terminal): Promise<void> {
  refuseInProduction(terminal);
  const key = flags.dpop === undefined ? undefined : await createDpopKey();
  const request = boundTo(key, requestOf(flags));
  const token =
    flags.from === undefined
      ? await mintWithKeptKey(request, flags.keys)
      : await mintAt(flags.from, request);
  const proof = key && proofOf(key, token, flags);
  if (!flags.json)
    return terminal.out(
      proof === undefined ? token : `Authorization: DPoP ${token}\nDPoP: ${proof}`,
    );
  const parsed = parseUnverifiedToken(token);
  if (parsed instanceof Refusal)
    throw new CommandFailure('undecided', `this is not a token: ${parsed.reason}`);
  const { header, claims } = parsed;
  terminal.out(JSON.stringify({ token, ...(proof && { proof }), header, claims }, null, 2));
}

/** As a claim, which a running issuer takes as well. */
function boundTo(key: DpopKey | undefined, request: MintRequest): MintRequest {
  if (key === undefined) return request;
  return { ...request, claims: { ...request.claims, cnf: { jkt: key.thumbprint } } };
}

function proofOf(key: DpopKey, token: string, { dpop, method, nonce }: TokenFlags): string {
  return proofFor(key, {
    ...{ url: String(dpop), method, token },
    ...(nonce !== undefined && { nonce }),
  });
}

function requestOf({
  kind,
  subject,
  scope,
  audience,
  client,
  expiresIn,
  claim: claims,
}: TokenFlags): MintRequest {
  return {
    kind,
    ...(subject !== undefined && { subject }),
    ...(scope !== undefined && { scopes: scope }),
    ...(audience !== undefined && { audience }),
    ...(client !== undefined && { clientId: client }),
    ...(expiresIn !== undefined && { expiresInSeconds: expiresIn }),
    ...(claims !== undefined && { claims }),
  };
}

async function mintWithKeptKey(request: MintRequest, path: string): Promise<string> {
  const kept = await loadIssuer(path);
  if (kept) return mint(offlineIssuer(kept), request);
  throw new CommandFailure(
    'unusable',
    `${path} is not there. Run "npx nestjs-trusted-issuers issuer" once, or name the file with --keys.`,
  );
}

async function mintAt(issuer: string, request: MintRequest): Promise<string> {
  const unavailable = (reason: string): CommandFailure =>
    new CommandFailure('undecided', `${issuer}/token gives no token: ${reason}`);
  let response: Response;
  try {
    response = await fetch(`${issuer}/token`, {
      method: 'POST',
      body: mintForm(request),
      redirect: 'error',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  } catch {
    throw unavailable('no server answers there. Is "npx nestjs-trusted-issuers issuer" running?');
  }
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const { access_token: token, error_description: reason } = body;
  if (typeof token === 'string') return token;
  throw unavailable(typeof reason === 'string' ? reason : `it answered ${response.status}`);
}
