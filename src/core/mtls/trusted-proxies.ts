import { BlockList, isIP } from 'node:net';

/** The addresses from which a header with a certificate is trusted. */
export class TrustedProxies {
  private readonly addresses = new BlockList();

  /** @param entries addresses, or networks such as `10.0.0.0/8`, checked before. */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const [address = '', prefix] = entry.split('/');
      const family = familyOf(address);
      if (prefix === undefined) this.addresses.addAddress(address, family);
      else this.addresses.addSubnet(address, Number(prefix), family);
    }
  }

  /**
   * @param address of the other end of a socket; `undefined` for one that is closed, or no Internet socket.
   * An IPv4 address may be written as a part of IPv6.
   */
  has(address: string | undefined): boolean {
    if (address === undefined) return false;
    // A link-local address names the interface behind a percent sign.
    const [bare = ''] = address.split('%');
    return isIP(bare) !== 0 && this.addresses.check(bare, familyOf(bare));
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}
