import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IntrospectionConfig } from '../config/introspection-config.js';
import type { SigningKey } from './signing-key.js';
import { type Answer, emptyAnswer } from './test-issuer-endpoints.js';
import type { TestIntrospection } from './test-issuer-options.js';
import { signToken } from './token-signer.js';

/** Under which the API under test is known. */
const CLIENT = { clientId: 'test-api', clientSecret: 'test-secret' } as const;

/** RFC 9701 section 5. */
const SIGNED = 'token-introspection+jwt';

/** The parts of a request that an introspection endpoint reads. */
export interface PostedForm {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** What the endpoint is part of. */
interface Surroundings {
  readonly issuer: string;
  readonly options: TestIntrospection;
  nowSeconds(): number;
  /** Asked for each signed answer, because keys rotate. */
  key(): SigningKey;
}

/** Tokens that only their issuer can read, and the endpoint that says what they are worth (RFC 7662). */
export class IntrospectedTokens {
  readonly #claims = new Map<string, object>();

  constructor(private readonly surroundings: Surroundings) {}

  /** How the API under test asks. */
  get config(): IntrospectionConfig {
    const { tokenPrefix } = this.surroundings.options;
    return { ...CLIENT, ...(tokenPrefix !== undefined && { tokenPrefix }) };
  }

  /** A new opaque token. */
  issue(claims: object): string {
    const { tokenPrefix = '' } = this.surroundings.options;
    const token = tokenPrefix + randomBytes(32).toString('base64url');
    this.know(token, claims);
    return token;
  }

  /** Answers about this token, too. */
  know(token: string, claims: object): void {
    this.#claims.set(token, claims);
  }

  /** @returns whether it was known. */
  revoke(token: string): boolean {
    return this.#claims.delete(token);
  }

  answer({ headers, body }: PostedForm): Answer {
    const form = new URLSearchParams(body);
    if (!isClient(headers['authorization'], form))
      return json(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="test"' });
    const token = form.get('token');
    if (token === null) return json(400, { error: 'invalid_request' });
    const said = this.#said(token);
    if (!String(headers['accept']).includes(SIGNED)) return json(200, said);
    const { issuer, nowSeconds, key } = this.surroundings;
    const { algorithm, kid } = key();
    const signed = signToken(
      { alg: algorithm, kid, typ: SIGNED },
      { iss: issuer, aud: CLIENT.clientId, iat: nowSeconds(), token_introspection: said },
      key(),
    );
    return withBody(200, signed, { 'content-type': `application/${SIGNED}` });
  }

  /** RFC 7662 section 2.2: of a token that is not active nothing else is said. */
  #said(token: string): object {
    const claims = this.#claims.get(token) as { readonly exp?: unknown } | undefined;
    const isActive = claims !== undefined && Number(claims.exp) > this.surroundings.nowSeconds();
    return isActive ? { active: true, token_type: 'Bearer', ...claims } : { active: false };
  }
}

function isClient(authorization: unknown, form: URLSearchParams): boolean {
  const pair = `${CLIENT.clientId}:${CLIENT.clientSecret}`;
  if (typeof authorization === 'string')
    return isSame(authorization, `Basic ${Buffer.from(pair).toString('base64')}`);
  return isSame(`${form.get('client_id')}:${form.get('client_secret')}`, pair);
}

function isSame(given: string, expected: string): boolean {
  return (
    given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
  );
}

function json(status: number, value: object, headers: Answer['headers'] = {}): Answer {
  return withBody(status, JSON.stringify(value), {
    'content-type': 'application/json',
    ...headers,
  });
}

function withBody(status: number, body: string, headers: Answer['headers']): Answer {
  return {
    ...emptyAnswer(status),
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    body,
  };
}
