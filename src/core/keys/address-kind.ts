import { BlockList, isIP } from 'node:net';

/** What an IP address belongs to: the public Internet, this machine, its link, or a private network. */
export type AddressKind = 'public' | 'loopback' | 'link-local' | 'private';

/** Ranges by kind (IANA special-purpose registries). The unspecified address connects to this machine. */
const RANGES: Readonly<Record<Exclude<AddressKind, 'public'>, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  private: [
    ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fec0::/10'],
    // Not public either: protocol assignments, benchmarks, multicast, reserved.
    ...['192.0.0.0/24', '198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4', 'ff00::/8'],
    // Tunnels and local translation, which could lead to any of the others.
    ...['2002::/16', '2001::/32', '64:ff9b:1::/48'],
  ],
};

type Blocks = readonly (readonly [AddressKind, BlockList])[];
let made: Blocks | undefined;

/** Made when the first address is checked: it takes milliseconds, and many applications never need it. */
function blocks(): Blocks {
  made ??= Object.entries(RANGES).map(([kind, ranges]) => [
    kind as AddressKind,
    blockListOf(ranges),
  ]);
  return made;
}

/** The kind of an IP address in text form; any other text counts as public, which allows least. */
export function addressKindOf(text: string): AddressKind {
  const [address = ''] = text.split('%'); // without an IPv6 zone
  const version = isIP(address);
  if (version === 0) return 'public';
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return blocks().find(([, block]) => block.check(address, family))?.[0] ?? 'public';
}

/** A `BlockList` knows IPv4 ranges behind `::ffff:` by itself; those behind NAT64 (RFC 6052) are added. */
function blockListOf(ranges: readonly string[]): BlockList {
  const block = new BlockList();
  for (const range of ranges) {
    const [network = '', length] = range.split('/');
    if (isIP(network) === 6) block.addSubnet(network, Number(length), 'ipv6');
    else {
      block.addSubnet(network, Number(length), 'ipv4');
      block.addSubnet(`64:ff9b::${network}`, 96 + Number(length), 'ipv6');
    }
  }
  return block;
}
