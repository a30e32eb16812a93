import { describe, expect, it } from '@jest/globals';
import { addressKindOf } from '../../src/core/keys/address-kind.js';
import { PrivateAddressCheck } from '../../src/core/keys/private-address-check.js';
import { Deadline } from '../../src/core/util/clock.js';
import { expectAccepted, expectUnavailable, keyScene } from '../support/key-scene.js';
import { requestOnce } from '../../src/core/keys/http-client.js';

const scene = keyScene();

describe('The guard of a jwks_uri that was learned from discovery', () => {
  /** An issuer on loopback whose metadata leads elsewhere. */
  async function leadingTo(jwksUri: string, http: object = { allowInsecure: true }) {
    const server = await scene.keyServer();
    const { keys: _, ...config } = server.config({ http });
    const application = await scene.start({ issuers: [config] });
    server.reply({ issuer: server.origin, jwks_uri: jwksUri }, '/.well-known/openid-configuration');
    return { server, application, answer: await application.get('/notes', server.issuer.token()) };
  }

  it('an issuer on loopback may have its keys on loopback', async () => {
    const keys = await scene.keyServer();
    const { server, application, answer } = await leadingTo(`${keys.origin}/elsewhere`);
    expectUnavailable(answer);
    keys.reply(server.issuer.jwks, '/elsewhere');
    scene.clock.advance(1);
    expectAccepted(await application.get('/notes', server.issuer.token()));
  });

  it.each([
    ['an address that is link-local', 'http://169.254.169.254/jwks', 'a link-local address'],
    ['an address of a private range', 'http://10.0.0.1/jwks', 'a private address'],
    ['IPv6', 'http://[fe80::1]/jwks', 'a link-local address'],
    ['IPv4 in IPv6', 'http://[::ffff:10.0.0.1]/jwks', 'a private address'],
    ['digits in disguise', 'http://0xa9fea9fe/jwks', 'a link-local address'],
  ])('an issuer on loopback, and %s: nothing is connected to', async (_name, jwksUri, why) => {
    const { answer, application } = await leadingTo(jwksUri);
    expectUnavailable(answer);
    expect(application.log.text('error')).toContain(`${why}, but the issuer does not`);
  });

  it('a public issuer: a name that resolves to loopback is refused, and not connected to', async () => {
    const server = await scene.keyServer();
    const byName = server.issuer.jwksUri.replace('127.0.0.1', 'localhost');
    const request = { headers: {}, deadline: new Deadline(), maxBytes: 262_144 };
    await expect(requestOnce(byName, request, new PrivateAddressCheck('public'))).rejects.toThrow(
      'localhost has a loopback address, but the issuer does not',
    );
    await expect(
      requestOnce(server.issuer.jwksUri, request, new PrivateAddressCheck('public')),
    ).rejects.toThrow('127.0.0.1 has a loopback address');
    expect(server.hits).toEqual([]);
    const reached = await requestOnce(byName, request, new PrivateAddressCheck('loopback'));
    expect([reached.status, reached.reached]).toEqual([200, 'loopback']);
  });

  it('an address of the configuration is not guarded', async () => {
    const server = await scene.keyServer();
    const application = await scene.start({
      issuers: [server.config({ issuer: 'https://login.example.com' })],
    });
    const token = server.issuer.token({ claims: { iss: 'https://login.example.com' } });
    expectAccepted(await application.get('/notes', token));
  });
});

describe('The kind of an address', () => {
  it.each([
    ['public', ['8.8.8.8', '172.32.0.1', '2606:4700::1111', '64:ff9b::8.8.8.8', 'no address']],
    ['loopback', ['127.0.0.1', '127.255.0.1', '0.0.0.0', '::1', '::', '::ffff:127.0.0.1']],
    ['loopback', ['::ffff:7f00:1', '64:ff9b::127.0.0.1']],
    ['link-local', ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', '64:ff9b::169.254.169.254']],
    ['private', ['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1']],
    ['private', ['fd00:ec2::254', 'fec0::1', '2002:7f00:1::', '64:ff9b:1::1', '224.0.0.1']],
    ['private', ['192.0.0.8', '198.18.0.1', '198.19.255.255', '2001::1', 'ff02::1', 'fd00::1']],
    ['private', ['255.255.255.255', '64:ff9b::10.0.0.1', '::ffff:192.168.0.1']],
  ])('%s: %j', (kind, addresses) => {
    expect(addresses.map(addressKindOf)).toEqual(addresses.map(() => kind));
  });
});
