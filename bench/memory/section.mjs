import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { AccessTokenVerifier, AuthModule } from '../../dist/esm/index.js';
import { CLAIMS_BYTES } from '../support/fixtures.mjs';
import { claimsOf } from '../support/tokens.mjs';
import { AUDIENCE, ISSUER } from '../support/world.mjs';

const HEADER = encode({ alg: 'HS256', typ: 'at+jwt' });

/**
 * Whether memory stays bounded however many tokens were seen. They are signed with HS256, which is
 * quick enough for a million; what an entry takes does not depend on who signed it.
 *
 * @param {import('../section-process.mjs').SectionInput} input
 */
export async function run({ settings, progress }) {
  const { seen: milestones, cacheEntries } = settings.memory;
  const secret = createSecretKey(randomBytes(32));
  const bare = await measure({ secret, milestones, cacheEntries: false, progress });
  const cached = await measure({ secret, milestones, cacheEntries, progress });
  const full = cached[milestones.findIndex((seen) => seen >= cacheEntries)];
  return {
    cacheEntries,
    growth: cached.at(-1).heapBytes / full.heapBytes,
    tokenBytes: await tokenBytes(secret),
    rows: milestones.map((seen, index) => {
      const added = cached[index].heapBytes - bare[index].heapBytes;
      const entries = Math.min(seen, cacheEntries);
      return {
        ...{ seen, entries, heapBytes: added, bytesPerEntry: added / entries },
        residentBytes: cached[index].residentBytes,
      };
    }),
  };
}

async function measure({ secret, milestones, cacheEntries, progress }) {
  const module = moduleWith(secret, cacheEntries);
  const application = await NestFactory.createApplicationContext(module, { logger: false });
  const verifier = application.get(AccessTokenVerifier);
  const next = mintWith(secret);
  const before = heap();
  const rows = [];
  let seen = 0;
  for (const milestone of milestones) {
    // Without a cache there is nothing that grows beyond the first thousands.
    const upTo = cacheEntries ? milestone : Math.min(milestone, milestones[1]);
    progress(`${cacheEntries ? 'cache' : 'no cache'}, ${upTo} tokens seen`);
    for (; seen < upTo; seen++) await verifier.verify(next());
    rows.push({ heapBytes: heap() - before, residentBytes: process.memoryUsage.rss() });
  }
  await application.close();
  return rows;
}

function moduleWith(secret, cacheEntries) {
  return AuthModule.forRoot({
    audience: AUDIENCE,
    issuers: [{ issuer: ISSUER, keys: { secret }, algorithms: ['HS256'] }],
    verifiedTokenCache: cacheEntries && { maxEntries: cacheEntries },
  });
}

/** Tokens with 800 bytes of claims each, as elsewhere; every one has its own subject and `jti`. */
function mintWith(secret) {
  return () => {
    const input = `${HEADER}.${encode(claimsOf(CLAIMS_BYTES))}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
}

const tokenBytes = async (secret) => mintWith(secret)().length;

function heap() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  // The bytes of tokens are kept outside of V8's heap.
  return heapUsed + arrayBuffers;
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
