// The measured program: `node operations.mjs FIXTURE`. Before each round it calls `process.kill` with
// signal 0, which does nothing; valgrind writes down at each what it has counted since the last.
import { readFileSync } from 'node:fs';
import { AuthModule, JwtAuthGuard } from '../../dist/esm/index.js';
import { openGuard } from '../guard/guarded-call.mjs';
import { CALLS, OPERATIONS } from './plan.mjs';

const fixture = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { issuer, audience, jwks } = fixture;

for (const { name, rounds, verifiedTokenCache, isGood, tokenOf } of OPERATIONS) {
  const issuers = [{ issuer, audience, keys: { jwks } }];
  const module = AuthModule.forRoot({ issuers, verifiedTokenCache });
  const { call, close } = await openGuard({ module, guard: JwtAuthGuard });
  for (let round = 0; round < rounds; round += 1) {
    process.kill(process.pid, 0);
    for (let count = 0; count < CALLS; count += 1)
      if ((await admitted(call, tokenOf(fixture, count))) !== isGood)
        throw new Error(`${name}: the guard judged call ${count} wrongly`);
  }
  process.kill(process.pid, 0);
  await close();
}

async function admitted(call, token) {
  try {
    return await call(`Bearer ${token}`);
  } catch {
    return false;
  }
}
