import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { type AddressKind, addressKindOf } from './address-kind.js';

/**
 * Prevents an address from a metadata document from leading into a network that the issuer is not in
 * itself: the author of the document must not make this process connect to internal hosts. Checks the
 * address that is connected to, so a later DNS answer changes nothing.
 */
export class PrivateAddressCheck {
  /**
   * @param home where the metadata document came from: addresses of that kind are allowed too.
   * @param option the option in which the configuration can name such an address itself.
   */
  constructor(
    private readonly home: AddressKind,
    private readonly option = 'keys.jwksUri',
  ) {}

  /** @throws Error for a forbidden IP address in place of a name, which is never looked up. */
  checkHost(hostname: string): void {
    const host = hostname.replace(/[[\]]/g, '');
    // A name counts as public.
    this.check(host, host);
  }

  /** `dns.lookup`, but fails when a name has a forbidden address. */
  readonly lookup: LookupFunction = (hostname, options, callback) =>
    lookup(hostname, options, (error, found, family) => {
      if (error) return callback(error, found, family);
      try {
        // Checks all of them: which one is connected to is not decided here.
        for (const { address } of [found].flat().map(addressOf)) this.check(hostname, address);
        callback(null, found, family);
      } catch (refusal) {
        callback(refusal as Error, found, family);
      }
    });

  private check(host: string, address: string): void {
    const kind = addressKindOf(address);
    if (kind !== 'public' && kind !== this.home)
      throw new Error(
        `${host} has a ${kind} address, but the issuer does not; if that is right, name it in ${this.option}`,
      );
  }
}

function addressOf(found: string | { readonly address: string }): { readonly address: string } {
  return typeof found === 'string' ? { address: found } : found;
}
