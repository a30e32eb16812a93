import { shownValue } from '../core/util/shown-value.js';
import { prefixName, usualAuthentication } from './resolved-issuer.js';
import type { Fault } from './findings.js';
import type { IntrospectionAuthentication, PrivateKeyInput } from './introspection-config.js';
import type { Place, Relation } from './option.js';
import { allowsInsecure, membersOf } from './relations.js';
import { privateKeyOf, signableBy } from './rules/introspection.js';
import { isOptionsObject, type Members } from './value-kinds.js';
import { isSecure, webAddress } from './web-address.js';

/** What each way to authenticate rests on. */
const CREDENTIALS: Readonly<Record<IntrospectionAuthentication, string | undefined>> = {
  client_secret_basic: 'clientSecret',
  client_secret_post: 'clientSecret',
  private_key_jwt: 'privateKey',
  tls_client_auth: undefined,
  bearer: 'bearerToken',
};

export const AUTHENTICATIONS = Object.keys(CREDENTIALS);
const FORMS = ['clientSecret', 'privateKey', 'bearerToken'];

/** An issuer that is asked is one, has one set of credentials, and one way to say whose tokens are whose. */
export const introspectionFits: Relation = (value, issuer, place, path) => {
  if (!isOptionsObject(value)) return undefined;
  if (issuer['tenants'] !== undefined)
    return 'a template has no introspection: each tenant has an endpoint of its own. List the tenant as an issuer of its own.';
  return (
    credentialsFault(value, issuer) ||
    clientFault(value, issuer, place) ||
    restFault(value, place, path)
  );
};

function credentialsFault(options: Members, { http }: Members): Fault {
  const given = FORMS.filter((name) => options[name] !== undefined);
  if (given.length > 1) return `${given.join(' and ')} are given together. Choose one.`;
  const { authentication } = options;
  const isKnown = authentication === undefined || AUTHENTICATIONS.includes(String(authentication));
  if (!isKnown) return undefined;
  const method = (authentication ?? usualAuthentication(options)) as IntrospectionAuthentication;
  const needed = CREDENTIALS[method];
  if (method === 'tls_client_auth') {
    if (given.length > 0)
      return `${given.join()} is not used with "tls_client_auth". Remove it, or name another authentication.`;
    return (
      membersOf(http)['fetch'] === undefined &&
      '"tls_client_auth" needs an http.fetch of this issuer that presents the client certificate.'
    );
  }
  if (given.length === 0 && authentication === undefined)
    return 'no credentials are given. Name clientSecret, privateKey or bearerToken; is an environment variable not set?';
  return (
    needed !== given[0] && `"${method}" needs ${needed}. Give it, or name another authentication.`
  );
}

/** The name by which the server knows this API; a bearer token has it in itself. */
function clientFault(
  { clientId, bearerToken, signedAnswers }: Members,
  { audience }: Members,
  { owner }: Place,
): Fault {
  if (clientId !== undefined) return undefined;
  if (bearerToken === undefined)
    return 'clientId is missing. Give the name under which the authorization server knows this API.';
  const isSigned = signedAnswers === 'accepted' || signedAnswers === 'required';
  const isNamed = audience === undefined ? owner['audience'] !== undefined : audience !== null;
  return (
    isSigned &&
    !isNamed &&
    'signed answers name this API in "aud". Give clientId, or an audience of this issuer.'
  );
}

/** Opaque tokens without a configured prefix belong to one issuer at most. */
function restFault({ tokenPrefix, mode }: Members, { usedAt }: Place, path: string): Fault {
  if (tokenPrefix !== undefined || mode === 'always') return undefined;
  const first = usedAt(prefixName(''), path);
  return (
    first &&
    `opaque tokens without a known prefix already belong to ${first}, and a token is never shown to two servers. Give tokenPrefix, with which the tokens of this issuer begin.`
  );
}

/** A prefix belongs to one issuer. */
export const prefixIsOnlyOne: Relation = (prefix, _introspection, { usedAt }, path) => {
  if (typeof prefix !== 'string' || prefix === '') return undefined;
  const first = usedAt(prefixName(prefix), path);
  return (
    first &&
    `${shownValue(prefix)} is already used by ${first}, and a token is never shown to two servers. Give each issuer a prefix of its own.`
  );
};

/** Tokens and secrets go over a secure way, unless `http` allows others. */
export const endpointSecure: Relation = (endpoint, _introspection, { owner: { http } }) => {
  const url = typeof endpoint === 'string' ? webAddress(endpoint) : undefined;
  return (
    url !== undefined &&
    !isSecure(url) &&
    !allowsInsecure(http) &&
    `${shownValue(endpoint)} is an http: address beyond loopback: anyone on the way could read tokens, and answer in its place. Use https:, or set http.allowInsecure.`
  );
};

/** An algorithm goes with the key that signs. */
export const assertionAlgorithmFits: Relation = (algorithm, { privateKey }) => {
  if (algorithm === undefined) return undefined;
  if (privateKey === undefined)
    return 'is for assertions, which privateKey signs. Give privateKey, or remove it.';
  const key = privateKeyOf(privateKey as PrivateKeyInput);
  const signable = key?.type === 'private' ? signableBy(key) : [];
  if (signable.length === 0 || signable.includes(algorithm as string)) return undefined;
  return `${shownValue(algorithm)} is not for this privateKey. Name one of ${signable.join(', ')}, or leave it out.`;
};
