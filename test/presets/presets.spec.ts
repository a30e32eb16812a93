import { describe, expect, it } from '@jest/globals';
import { type Presented, present } from './presented.js';
import { PROVIDERS } from './providers.js';

describe.each(Object.entries(PROVIDERS))('%s', (_name, provider) => {
  let presented: Presented | undefined;
  const once = async (): Promise<Presented> => (presented ??= await present(provider));

  it('lets in a token as its provider documents it, and says whose it is', async () => {
    expect((await once()).identity).toMatchObject(provider.identity);
  });

  it('finds its keys where they are documented', async () => {
    const documents = [...Object.keys(provider.metadata ?? {}), provider.jwksUri];
    expect((await once()).fetched).toEqual(documents);
  });

  it('refuses its other tokens, and those of its other customers', async () => {
    const { nearMisses, alsoAccepted = {} } = provider;
    expect((await once()).outcomes).toEqual({
      ...Object.fromEntries(Object.entries(nearMisses).map(([name, [, code]]) => [name, code])),
      ...Object.fromEntries(Object.keys(alsoAccepted).map((name) => [name, 'accepted'])),
    });
  });
});
