import { describe, expect, it } from '@jest/globals';
import { NearMisses } from '../../../../src/core/issuers/near-misses.js';
import type { TrustedIssuer } from '../../../../src/core/issuers/trusted-issuer.js';

/** In what an untrusted issuer differs from the trusted one; `undefined` where it is another one. */
function difference(untrusted: string, trusted: string): string | undefined {
  const misses = new NearMisses();
  misses.add({ policy: { issuer: trusted, acceptedIssuers: [] } } as unknown as TrustedIssuer);
  return misses.find(untrusted)?.difference;
}

const HOST = 'https://login.example.com';
const MACHINE = 'the name of this machine (localhost, 127.0.0.1 and [::1] are different hosts)';
/** An issuer of so many characters. */
const long = (length: number): string => `${HOST}/`.padEnd(length, 'a');

describe('The log says in what an untrusted issuer differs from a trusted one', () => {
  it.each<[untrusted: string, trusted: string, difference: string]>([
    [`${HOST}/`, HOST, 'a trailing slash'],
    ['http://login.example.com', HOST, 'the scheme'],
    ['login.example.com', HOST, 'the scheme'],
    [`${HOST}:443`, HOST, 'a default port'],
    [`${HOST}:80`, HOST, 'a default port'],
    [`${HOST}:80`, `${HOST}:443`, 'a default port'],
    [`${HOST}/tenant/v2.0`, `${HOST}/tenant`, '"/v2.0" at the end'],
    [`${HOST}/tenant`, `${HOST}/tenant/v2.0/`, '"/v2.0" at the end and a trailing slash'],
    [`${HOST}/tenant/V2.0`, `${HOST}/tenant/v2.0`, 'upper and lower case'],
    ['HTTPS://login.example.com', HOST, 'upper and lower case'],
    ['https://Login.example.com/', HOST, 'a trailing slash and upper and lower case'],
    [`${HOST}/Realm/`, `${HOST}/realm`, 'a trailing slash and upper and lower case'],
    ['http://login.example.com:80/a', `${HOST}/a`, 'the scheme and a default port'],
  ])('%s is not %s', (untrusted, trusted, expected) =>
    expect(difference(untrusted, trusted)).toBe(expected),
  );
});

describe('The log says that an untrusted issuer is a trusted one by another host', () => {
  it.each<[untrusted: string, trusted: string, difference: string]>([
    ['http://keycloak:8080/realms/a', `${HOST}/realms/a`, 'the scheme and the host and the port'],
    [`https://id.example.com`, HOST, 'the host'],
    ['http://localhost:8080', 'http://127.0.0.1:8080', MACHINE],
    ['http://app.localhost:8080', 'http://[::1]:8080', MACHINE],
    ['http://127.10.20.30:8080', 'http://0.0.0.0:8080', MACHINE],
    ['http://keycloak:8080', 'http://localhost:8080', 'the host'],
    ['http://notlocalhost:8080', 'http://localhost:8080', 'the host'],
    ['http://localhosts:8080', 'http://localhost:8080', 'the host'],
    ['http://10.0.0.5:8080', 'http://10.0.0.6:8080', 'the host'],
    ['http://[fd00::1]:8080', 'http://keycloak:8080', 'the host'],
    ['http://[::ffff:10.0.0.1]:8080', 'http://keycloak:8080', 'the host'],
    ['http://keycloak.internal:8080', 'http://printer.local:8080', 'the host'],
  ])('%s is not %s', (untrusted, trusted, expected) =>
    expect(difference(untrusted, trusted)).toBe(expected),
  );
});

describe('The log takes an untrusted issuer for a misspelt one only where it may be', () => {
  it.each<[what: string, untrusted: string, trusted: string]>([
    ['the same', HOST, HOST],
    ['another path', `${HOST}/a`, `${HOST}/b`],
    ['another path below "/v2.0"', `${HOST}/v2.0/alpha`, `${HOST}/v2.0/bravo`],
    ['another domain', 'https://login.contoso.com', 'https://login.tostado.com'],
    ['a domain that ends in a dot', `${HOST}.`, 'https://id.example.com'],
    ['another port of a machine', 'http://keycloak:8080', 'http://localhost:3000'],
    ['a path behind a user', 'https://me@login.example.com/a', 'https://id.example.com/a'],
    ['another beginning', 'one:https://a.example/x', 'two:https://a.example/x'],
    ['another host of a path', 'acme.one.example/https://x', 'acme.two.example/https://x'],
    ['a space', `${HOST}/a b/`, `${HOST}/a b`],
    ['a letter that is not ASCII', `${HOST}/ä/`, `${HOST}/ä`],
  ])('%s: %s, %s', (_what, untrusted, trusted) =>
    expect(difference(untrusted, trusted)).toBeUndefined(),
  );

  it('one of more than 512 characters is not looked at', () => {
    expect(difference(long(512), long(512).toUpperCase())).toBe('upper and lower case');
    expect(difference(long(513), long(513).toUpperCase())).toBeUndefined();
  });
});
