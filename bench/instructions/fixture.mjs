// Writes what the measured program judges: `node fixture.mjs FILE TOKENS`. A process of its own, because
// making a key takes another number of instructions each time.
import { writeFileSync } from 'node:fs';
import { CLAIMS_BYTES, mintFixtures } from '../support/fixtures.mjs';
import { claimsOf, signerOf } from '../support/tokens.mjs';
import { AUDIENCE, ISSUER } from '../support/world.mjs';

const [file, count] = process.argv.slice(2);
const [fixture] = await mintFixtures(['RS256'], Number(count));
const exp = Math.floor(Date.now() / 1_000) - 3_600;
const expired = await signerOf(fixture)(claimsOf(CLAIMS_BYTES, { iat: exp - 600, exp }));
writeFileSync(
  file,
  JSON.stringify({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwks: { keys: [fixture.jwk] },
    tokens: fixture.tokens,
    expired,
  }),
);
