import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AddressKind, addressKindOf } from './address-kind.js';

/**
 * Keeps an address that was learned from a metadata document from leading into networks that the
 * issuer is not itself in. Whoever controls the document must not make this process connect to internal
 * hosts. The address connected to is judged, so a later DNS answer changes nothing.
 */
export class AddressGuard {
  /**
   * @param home where the metadata document came from: what is of that kind may be reached too.
   * @param option in which the configuration names such an address itself.
   */
  constructor(
    private readonly home: AddressKind,
    private readonly option = 'keys.jwksUri',
  ) {}

  /** @throws Error for an address that is written as digits; such a one is never looked up. */
  checkHost(hostname: string): void {
    const host = hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) this.check(host, host);
  }

  /** `dns.lookup`, failing when a name leads where it must not. */
  readonly lookup: LookupFunction = (hostname, options, callback) =>
    lookup(hostname, options, (error, found, family) => {
      if (error) return callback(error, found, family);
      try {
        // All of them: which one is connected to is not settled here.
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
        `${host} has a ${kind} address and the issuer has not; if that is right, name it in ${this.option}`,
      );
  }
}

function addressOf(found: string | { readonly address: string }): { readonly address: string } {
  return typeof found === 'string' ? { address: found } : found;
}
