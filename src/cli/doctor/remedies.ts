import type { IssuerPolicy } from '../../config/resolved-issuer.js';
import { metadataUrls } from '../../core/keys/discovery.js';

/** The form in which an issuer's keys are configured: `discovery`, `jwksUri`, `jwks` and so on. */
export function keysFrom({ keys }: IssuerPolicy): string {
  return Object.keys(keys ?? { discovery: undefined })[0] ?? 'discovery';
}

/** What to do about a failure, by what the system, the key server or the core says of it. */
export function remedyFor(text: string, policy: IssuerPolicy): string {
  const [, fitting] = REMEDIES.find(([sign]) => sign.test(text)) ?? [];
  if (fitting !== undefined) return typeof fitting === 'string' ? fitting : fitting(policy);
  return isFoundByIssuer(policy)
    ? `Open ${metadataUrls(policy.issuer).join(' or ')}: one of them must answer with JSON.`
    : 'Open the configured address from this machine: it must answer with a JWK Set.';
}

/** The addresses follow from the issuer; none is configured. */
function isFoundByIssuer({ keys }: IssuerPolicy): boolean {
  return keys === undefined;
}

/**
 * An issuer often has a public name, which its tokens carry, and one by which this machine reaches it. Then no
 * advice may be to write the second in place of the first: every token would be refused.
 */
const KEEP_THE_ISSUER =
  'keep "issuer" equal to the "iss" of its tokens (see inspect), and give keys.discovery or keys.jwksUri an address that can be reached from here.';

function notReached(remedy: string) {
  return (policy: IssuerPolicy): string =>
    isFoundByIssuer(policy)
      ? `${remedy} Where only this machine needs another address: ${KEEP_THE_ISSUER}`
      : remedy;
}

function notFound({ issuer, keys }: IssuerPolicy): string {
  if (keys !== undefined)
    return 'Are the realm or tenant and the path of the configured address spelt right? There is nothing at that address. "issuer" does not have to change.';
  const { pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const question =
    path === ''
      ? 'Does the issuer’s path lack something, such as the realm, tenant or authorization server (/realms/…, /oauth2/…)?'
      : `Are the realm or tenant and the whole path (${path}) spelt right, in upper and lower case?`;
  const prefix = path.startsWith('/realms/')
    ? ' Keycloak up to 16, and later ones with KC_HTTP_RELATIVE_PATH=/auth, have /auth before /realms.'
    : '';
  return `${question}${prefix} Open ${metadataUrls(issuer).join(' or ')}: one of them must answer. If tokens do carry this issuer and its metadata is elsewhere, ${KEEP_THE_ISSUER}`;
}

type Remedy = string | ((policy: IssuerPolicy) => string);

const REMEDIES: readonly (readonly [sign: RegExp, remedy: Remedy])[] = [
  [
    /none of the keys in the set is usable/,
    'Does the issuer sign with an algorithm that is accepted here? Name its algorithm in "algorithms", or put its signing keys where "keys" says.',
  ],
  [
    /has another scheme, and keys/,
    'Behind a proxy that ends TLS the issuer must know its public address (Keycloak: KC_HOSTNAME and KC_PROXY_HEADERS). Else name the address of its keys in keys.jwksUri.',
  ],
  [
    /ECONNREFUSED/,
    notReached(
      'Nothing listens there. Is the issuer running, and the port right? In a container localhost is the container itself.',
    ),
  ],
  [
    /ENOTFOUND/,
    notReached('The name does not resolve from this machine. Check its spelling and the DNS.'),
  ],
  [/EAI_AGAIN/, 'Names do not resolve at the moment. Check this machine’s DNS.'],
  [/ECONNRESET/, 'The connection was cut. Is there a proxy that must be used (http.fetch)?'],
  [/DEPTH_ZERO_SELF_SIGNED_CERT/, 'Trust the private CA: NODE_EXTRA_CA_CERTS, or http.fetch.'],
  [/SELF_SIGNED_CERT_IN_CHAIN/, 'Trust the private CA: NODE_EXTRA_CA_CERTS, or http.fetch.'],
  [
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
    'The server does not send its whole chain, or a private CA is not trusted (NODE_EXTRA_CA_CERTS).',
  ],
  [/CERT_HAS_EXPIRED/, 'The server’s certificate has expired, or this machine’s clock is wrong.'],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID/,
    notReached('The certificate is for another name than this one.'),
  ],
  [
    /no complete answer within/,
    notReached('It did not answer in time. Is a firewall or proxy between? See http.timeoutMs.'),
  ],
  [
    /names the issuer/,
    'Which of the two does the "iss" of its tokens have? inspect shows it. If it is the one in the metadata, write that in "issuer", exactly, including a slash at the end. If it is the configured one, leave "issuer" as it is and give keys.jwksUri the address of its keys.',
  ],
  [
    /status 30\d/,
    'It redirects, and redirects are followed three times and to the same origin only. Give keys.discovery or keys.jwksUri the final address; "issuer" stays as its tokens have it.',
  ],
  [/status 40[13]/, 'It wants credentials: give them with http.headers.'],
  [/status 404/, notFound],
  [/status 5\d\d/, 'The issuer is failing. Applications answer 503 for its tokens meanwhile.'],
  [/more than \d+ bytes/, 'The document is larger than http.maxBytes allows.'],
];
