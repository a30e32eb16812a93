import { createPublicKey } from 'node:crypto';
import type { ResolvedHttpConfig } from '../../config/resolved-issuer.js';
import { KEY_ID_PLACE } from '../../config/rules/addresses.js';
import { withDeadline } from '../util/clock.js';
import { isThrown } from '../util/safe-logger.js';
import { freshnessSeconds } from './key-lifetime.js';
import type { LoadKeySet } from './key-set-loader.js';
import { fetchText, shownAddress, UnexpectedStatus } from './text-fetcher.js';

/** A `kid` that is safe in an address: nothing that leaves its path segment, and nothing that is decoded. */
const KEY_ID = /^[\w-]{1,64}$/;

/** There is no such key. An S3 bucket whose objects can't be listed answers 403. */
const ABSENT: readonly number[] = [403, 404, 410];

/** Whether a `kid` may be put into an address. */
export function isKeyIdForAddress(keyId: string): boolean {
  return KEY_ID.test(keyId);
}

/**
 * Fetches one public key, as a key set with only this key, or an empty one when there is no such key.
 *
 * @param keyId of an unverified token; must pass {@link isKeyIdForAddress}.
 */
export function publicKeyAt(template: string, keyId: string, http: ResolvedHttpConfig): LoadKeySet {
  const url = template.replace(KEY_ID_PLACE, () => keyId);
  return () =>
    withDeadline(http.timeoutMs, async (deadline) => {
      try {
        const { text, response } = await fetchText(url, http, deadline);
        const freshSeconds = freshnessSeconds(response.headers);
        return { document: { keys: [jwkOf(text, keyId, url)] }, freshSeconds };
      } catch (error) {
        if (!isAbsence(error)) throw error;
        return { document: { keys: [] }, freshSeconds: undefined };
      }
    });
}

function isAbsence(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return isThrown(cause, UnexpectedStatus) && ABSENT.includes(cause.status);
}

function jwkOf(pem: string, keyId: string, url: string): object {
  try {
    if (!pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')) throw new Error('no PEM');
    return { ...createPublicKey(pem).export({ format: 'jwk' }), kid: keyId, use: 'sig' };
  } catch {
    throw new Error(`${shownAddress(url)} did not answer with a public key as PEM text`);
  }
}
