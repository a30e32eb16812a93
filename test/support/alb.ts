import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { HttpFetch } from 'nestjs-trusted-issuers';

export const POOL = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123';
export const ARN =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/notes/50dc6c495c0c9188';
export const CLIENT = '1example23456789';
const KEYS = 'https://public-keys.auth.elb.eu-west-1.amazonaws.com/';

/** A key of a load balancer, and where its public half is. */
export interface AlbKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly pem: string;
}

export function albKey(keyId: string = randomUUID()): AlbKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { keyId, privateKey, pem };
}

/** User claims as a load balancer makes them: base64url with padding, signed with the padding. */
export function albToken(
  { keyId, privateKey }: AlbKey,
  { header = {}, claims = {}, pad = padded }: TokenChanges = {},
): string {
  const exp = Math.floor(Date.now() / 1_000) + 120;
  const head = {
    typ: 'JWT',
    kid: keyId,
    alg: 'ES256',
    iss: POOL,
    client: CLIENT,
    signer: ARN,
    exp,
  };
  const user = { sub: '5a1b', email: 'user@example.com', username: 'user', exp, iss: POOL };
  const input = [
    { ...head, ...header },
    { ...user, ...claims },
  ]
    .map((part) => pad(Buffer.from(JSON.stringify(part)).toString('base64url')))
    .join('.');
  const signature = sign('sha256', Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${input}.${pad(signature.toString('base64url'))}`;
}

interface TokenChanges {
  readonly header?: object;
  readonly claims?: object;
  readonly pad?: (segment: string) => string;
}

export function padded(segment: string): string {
  return segment.padEnd(Math.ceil(segment.length / 4) * 4, '=');
}

/** Amazon's endpoint: one PEM text per key, 403 for what is not there. */
export class AlbKeyServer {
  readonly asked: string[] = [];
  /** Answers with this status in place of a key. */
  status: number | undefined;
  private readonly texts = new Map<string, string>();

  publish(...keys: AlbKey[]): void {
    for (const { keyId, pem } of keys) this.texts.set(keyId, pem);
  }

  /** Puts any text where a key should be. */
  put(keyId: string, text: string): void {
    this.texts.set(keyId, text);
  }

  withdraw(keyId: string): void {
    this.texts.delete(keyId);
  }

  readonly fetch: HttpFetch = async (url) => {
    this.asked.push(url);
    const text = url.startsWith(KEYS) ? this.texts.get(url.slice(KEYS.length)) : undefined;
    if (this.status !== undefined) return new Response(null, { status: this.status });
    return text === undefined ? new Response(null, { status: 403 }) : new Response(text);
  };
}
