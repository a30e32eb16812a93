import { describe, expect, it } from '@jest/globals';
import { TrustedProxies } from '../../../../src/core/mtls/trusted-proxies.js';

describe('The addresses of trusted proxies', () => {
  it('are single ones or networks', () => {
    const proxies = new TrustedProxies(['192.0.2.7', '10.1.0.0/16', '2001:db8::7', 'fd00:1::/32']);
    for (const address of ['192.0.2.7', '10.1.255.255', '2001:db8::7', 'fd00:1:ffff::1'])
      expect(proxies.has(address)).toBe(true);
    for (const address of ['192.0.2.8', '10.2.0.0', '2001:db8::8', 'fd00:2::1', '127.0.0.1', '::1'])
      expect(proxies.has(address)).toBe(false);
  });

  it('are the same as a part of IPv6, and in any spelling', () => {
    const proxies = new TrustedProxies(['10.0.0.0/8', '2001:db8::7']);
    expect(proxies.has('::ffff:10.1.2.3')).toBe(true);
    expect(proxies.has('::ffff:11.1.2.3')).toBe(false);
    expect(proxies.has('2001:0DB8:0:0:0:0:0:7')).toBe(true);
  });

  it('may be link-local, on any interface', () => {
    expect(new TrustedProxies(['fe80::/10']).has('fe80::1%eth0')).toBe(true);
  });

  it('are not those of a socket that has none, or has another kind of name', () => {
    const proxies = new TrustedProxies(['10.0.0.0/8', 'fe80::/10']);
    for (const address of [undefined, '', 'localhost', '10.0.0.1, 10.0.0.2', '%', '/run/api.sock'])
      expect(proxies.has(address)).toBe(false);
  });
});
