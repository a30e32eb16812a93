import { afterEach } from '@jest/globals';
import { createTestIssuer, type TestIssuer } from 'nestjs-trusted-issuers/testing';

interface Closable {
  close(): Promise<unknown>;
}

/** What the tests of a file open, closed after each of them, the last opened first. */
export function opened(): {
  keep<Part extends Closable>(part: Part): Part;
  issuer(options?: Parameters<typeof createTestIssuer>[0]): Promise<TestIssuer>;
} {
  const parts: Closable[] = [];
  const keep = <Part extends Closable>(part: Part): Part => {
    parts.unshift(part);
    return part;
  };
  afterEach(async () => {
    for (const part of parts.splice(0)) await part.close();
  });
  return { keep, issuer: async (options) => keep(await createTestIssuer(options)) };
}
