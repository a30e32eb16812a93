import { describe, expect, it } from '@jest/globals';
import { faultsOf } from './faults-of.js';

const issuers = [{ issuer: 'https://idp.example', audience: 'api' }];
const header = { header: 'client-cert', format: 'rfc9440', trustedProxies: ['10.0.0.0/8'] };
const MISSING =
  'mtls.certificate: missing. Write "connection" where TLS ends in this application, or { header, format, trustedProxies } behind a proxy that ends it.';
const HOW = 'Write "connection", { header, format, trustedProxies } or a function of the request.';

describe('the option mtls', () => {
  it.each([
    [{}],
    [{ mode: 'off' }],
    [{ certificate: 'connection' }],
    [{ mode: 'allowed', certificate: 'connection' }],
    [{ mode: 'required', certificate: () => undefined }],
    [{ mode: 'allowed', certificate: header }],
    [{ mode: 'allowed', certificate: { ...header, header: 'X-Client-Cert' } }],
    [
      {
        certificate: { ...header, trustedProxies: ['127.0.0.1', '::1', 'fd00::/8', '10.0.0.0/32'] },
      },
    ],
  ])('is sound as %j', (mtls) => {
    expect(faultsOf({ issuers, mtls })).toEqual([]);
  });

  it('is sound for an issuer alone, where the module says where the certificate is', () => {
    const issuer = { ...issuers[0], mtls: 'required' };
    expect(faultsOf({ issuers: [issuer], mtls: { certificate: 'connection' } })).toEqual([]);
    expect(faultsOf({ issuers: [{ ...issuers[0], mtls: 'off' }] })).toEqual([]);
  });

  it('of an issuer needs to know where the certificate is', () => {
    for (const mtls of [undefined, {}, { mode: 'off' }])
      expect(faultsOf({ issuers: [{ ...issuers[0], mtls: 'required' }], mtls })).toEqual([
        'issuers[0].mtls: needs mtls.certificate of the module, which says where the certificate of a client comes from.',
      ]);
  });

  it.each<[string, object, readonly string[]]>([
    ['on, without a certificate', { mode: 'allowed' }, [MISSING]],
    [
      'with another word',
      { mode: 'require', certificate: 'connection' },
      ['mtls.mode: "require" is not one of the values. Did you mean "required"?'],
    ],
    [
      'with a boolean',
      { mode: true, certificate: true },
      [
        'mtls.mode: true is not one of the values. Write "off" or "allowed" or "required".',
        `mtls.certificate: true is not a source of certificates. ${HOW}`,
      ],
    ],
    [
      'with another place',
      { certificate: 'header' },
      [`mtls.certificate: "header" is not a source of certificates. ${HOW}`],
    ],
    [
      'with nothing said of the header',
      { certificate: {} },
      [
        'mtls.certificate.header: undefined is not a string. Is an environment variable not set?',
        'mtls.certificate.format: undefined is not one of the values. Write "rfc9440" or "xfcc" or "escaped-pem" or "base64-der".',
        'mtls.certificate.trustedProxies: undefined is not a list. List the addresses of your proxies, like ["10.0.0.0/8"].',
      ],
    ],
    [
      'with an option nobody knows',
      { certificate: { ...header, trustedProxy: ['10.0.0.1'] } },
      ['mtls.certificate.trustedProxy: unknown option. Did you mean trustedProxies?'],
    ],
    [
      'with a header line',
      { certificate: { ...header, header: 'client-cert: ' } },
      [
        'mtls.certificate.header: "client-cert: " is not the name of a header. Write it like "client-cert".',
      ],
    ],
    [
      'with a header that has another meaning',
      { certificate: { ...header, header: 'Authorization' } },
      [
        'mtls.certificate.header: "Authorization" has a meaning of its own. Have the proxy use a header for the certificate alone, like "client-cert".',
      ],
    ],
    [
      'with a form of another name',
      { certificate: { ...header, format: 'base64' } },
      [
        expect.stringContaining(
          'mtls.certificate.format: "base64" is not one of the values.',
        ) as unknown as string,
      ],
    ],
    [
      'with no proxy',
      { certificate: { ...header, trustedProxies: [] } },
      [
        'mtls.certificate.trustedProxies: the list is empty. No header would be trusted: name the addresses of your proxies, like ["10.0.0.0/8"].',
      ],
    ],
    [
      'with what is no address',
      {
        certificate: {
          ...header,
          trustedProxies: [
            ...['nginx', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '0.0.0.0/0', '::/0', 7],
            ...['10.0.0.0/', 'fe80::1%eth0', '10.0.0', ''],
          ],
        },
      },
      [
        'mtls.certificate.trustedProxies[0]: "nginx" is neither an address nor a network. Write it like "10.0.0.7" or "10.0.0.0/8"; names are not looked up.',
        'mtls.certificate.trustedProxies[1]: "10.0.0.0/33" has a prefix that is not a number from 1 to 32.',
        'mtls.certificate.trustedProxies[2]: "::/129" has a prefix that is not a number from 1 to 128.',
        'mtls.certificate.trustedProxies[3]: "10.0.0.0/8/8" is neither an address nor a network. Write it like "10.0.0.7" or "10.0.0.0/8"; names are not looked up.',
        'mtls.certificate.trustedProxies[4]: "0.0.0.0/0" is every address: anyone who reaches the API could write the header. Name the addresses of your proxies.',
        'mtls.certificate.trustedProxies[5]: "::/0" is every address: anyone who reaches the API could write the header. Name the addresses of your proxies.',
        'mtls.certificate.trustedProxies[6]: 7 is not a string. Write it in quotes.',
        'mtls.certificate.trustedProxies[7]: "10.0.0.0/" has a prefix that is not a number from 1 to 32.',
        'mtls.certificate.trustedProxies[8]: "fe80::1%eth0" is neither an address nor a network. Write it like "10.0.0.7" or "10.0.0.0/8"; names are not looked up.',
        'mtls.certificate.trustedProxies[9]: "10.0.0" is neither an address nor a network. Write it like "10.0.0.7" or "10.0.0.0/8"; names are not looked up.',
        'mtls.certificate.trustedProxies[10]: "" is empty. Is an environment variable not set?',
      ],
    ],
  ])('%s is faulty', (_what, mtls, lines) => {
    expect(faultsOf({ issuers, mtls })).toEqual(lines);
  });
});
