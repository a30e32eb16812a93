// Writes down what every import is resolved to.
import { appendFileSync } from 'node:fs';

export async function resolve(specifier, context, nextResolve) {
  const resolved = await nextResolve(specifier, context);
  appendFileSync(process.env.MODULES, `${resolved.url}\n`);
  return resolved;
}
