import { describe, expect, it } from '@jest/globals';
import { type AddressKind, addressKindOf } from '../../../../src/core/keys/address-kind.js';
import { PrivateAddressCheck } from '../../../../src/core/keys/private-address-check.js';

describe('PrivateAddressCheck', () => {
  const allowed = (home: AddressKind, ...hosts: string[]): boolean[] =>
    hosts.map((host) => {
      try {
        new PrivateAddressCheck(home).checkHost(host);
        return true;
      } catch {
        return false;
      }
    });

  it('lets public addresses pass, and those of the kind that the metadata came from', () => {
    const hosts = ['8.8.8.8', '10.0.0.1', '127.0.0.1', '169.254.169.254', '[fe80::1]', '[::1]'];
    expect(allowed('public', ...hosts)).toEqual([true, false, false, false, false, false]);
    expect(allowed('private', ...hosts)).toEqual([true, true, false, false, false, false]);
    expect(allowed('loopback', ...hosts)).toEqual([true, false, true, false, false, true]);
    expect(allowed('link-local', ...hosts)).toEqual([true, false, false, true, true, false]);
  });

  it('leaves names to the look-up', () => {
    expect(allowed('public', 'localhost', '10.0.0.1.example')).toEqual([true, true]);
  });

  it('says which address it was, and where it can be named', () => {
    expect(() => new PrivateAddressCheck('public').checkHost('[::1]')).toThrow(
      new Error(
        '::1 has a loopback address, but the issuer does not; if that is right, name it in keys.jwksUri',
      ),
    );
    expect(() => new PrivateAddressCheck('public', 'a.b').checkHost('10.0.0.1')).toThrow(
      /^10\.0\.0\.1 has a private address, .*name it in a\.b$/,
    );
  });

  describe('when a name is looked up', () => {
    const lookUp = (name: string, home: AddressKind, all: boolean) =>
      new Promise<unknown>((resolve, reject) => {
        new PrivateAddressCheck(home).lookup(name, { all }, (error, found) =>
          error ? reject(error) : resolve(found),
        );
      });

    it.each([false, true])('gives what it found where that is allowed (all: %j)', async (all) => {
      const found = await lookUp('localhost', 'loopback', all);
      const [first] = [found].flat() as (string | { readonly address: string })[];
      expect(Array.isArray(found)).toBe(all);
      expect(addressKindOf(typeof first === 'string' ? first : String(first?.address))).toBe(
        'loopback',
      );
    });

    it.each([false, true])('fails where an address is not (all: %j)', async (all) => {
      await expect(lookUp('localhost', 'public', all)).rejects.toThrow(
        'localhost has a loopback address, but the issuer does not',
      );
    });

    it('fails as the look-up does', async () => {
      await expect(lookUp('x'.repeat(64), 'public', true)).rejects.toMatchObject({
        syscall: 'getaddrinfo',
      });
    });
  });
});
