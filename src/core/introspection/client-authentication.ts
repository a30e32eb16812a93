import type { IssuerPolicy, ResolvedIntrospection } from '../../config/resolved-issuer.js';
import { isB64Token } from './opaque-token.js';
import { ClientAssertions } from './client-assertion.js';
import { IntrospectionFailure } from './introspection-failure.js';

/** What of a call says who calls. */
export interface ClientCredentials {
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the form, each after a `&`, as they are sent. */
  readonly form: string;
}

/** Gives the credentials for one call. */
export type Authenticate = (nowSeconds: number) => ClientCredentials | Promise<ClientCredentials>;

/** RFC 7521 section 4.2. */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** How this API authenticates itself to the endpoint of an issuer (RFC 7662 section 2.1). */
export function clientAuthentication(
  policy: IssuerPolicy,
  options: ResolvedIntrospection,
): Authenticate {
  const { clientId = '', clientSecret = '' } = options;
  switch (options.authentication) {
    case 'client_secret_basic': {
      const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
      return always({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
    }
    case 'client_secret_post':
      return always({}, { client_id: clientId, client_secret: clientSecret });
    case 'tls_client_auth':
      return always({}, { client_id: clientId });
    case 'private_key_jwt': {
      const assertions = new ClientAssertions(policy, options);
      return async (nowSeconds) => ({
        headers: {},
        form: formOf({
          client_assertion_type: ASSERTION_TYPE,
          client_assertion: await assertions.assertion(nowSeconds),
        }),
      });
    }
    case 'bearer':
      return async () => ({
        headers: { authorization: `Bearer ${await bearerTokenOf(options)}` },
        form: '',
      });
  }
}

function always(
  headers: ClientCredentials['headers'],
  members: Readonly<Record<string, string>> = {},
): Authenticate {
  const credentials = { headers, form: formOf(members) };
  return () => credentials;
}

function formOf(members: Readonly<Record<string, string>>): string {
  const form = new URLSearchParams(members).toString();
  return form && `&${form}`;
}

/** RFC 6749 section 2.3.1 and appendix B: both are form-encoded before they are joined. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

async function bearerTokenOf({ bearerToken }: ResolvedIntrospection): Promise<string> {
  let token: unknown;
  try {
    token = await bearerToken?.();
  } catch (cause) {
    throw new IntrospectionFailure('credentials', 'introspection.bearerToken failed', { cause });
  }
  if (typeof token !== 'string' || !isB64Token(token.trim()))
    throw new IntrospectionFailure('credentials', 'introspection.bearerToken gave no token');
  return token.trim();
}
