import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerProcess, startServer } from './server-process.js';

/** Debian fills the database of a new installation with it: an administrator, and no client. */
const DATABASE = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
const ADMINISTRATOR = { username: 'admin', password: 'password' };

/** An identity provider with its OpenID Connect plugin, which answers introspection. */
export interface Glewlwyd {
  readonly issuer: string;
  readonly server: ServerProcess;
  /** A token of a client, by its credentials (RFC 6749 section 4.4). */
  token(client: GlewlwydClient): Promise<string>;
  revoke(token: string, client: GlewlwydClient): Promise<void>;
}

export interface GlewlwydClient {
  readonly id: string;
  readonly secret: string;
  /** Which is also what its tokens have as audience. */
  readonly scope: string;
}

/** @param clients confidential ones, each with one scope. */
export async function startGlewlwyd(clients: readonly GlewlwydClient[]): Promise<Glewlwyd> {
  const server = await startServer({
    command: 'glewlwyd',
    args: ({ folder }) => [`--config-file=${join(folder, 'glewlwyd.conf')}`],
    files: ({ port, folder }) => {
      const database = join(folder, 'glewlwyd.db');
      const made = spawnSync('sqlite3', [database], { input: readFileSync(DATABASE) });
      if (made.status !== 0) throw new Error(`sqlite3 can't make a database: ${made.stderr}`);
      return { 'glewlwyd.conf': configuration(port, database) };
    },
  });
  const api = `${server.url}/api`;
  const issuer = `${api}/oidc`;
  const cookie = await logIn(api);
  const add = async (path: string, body: object): Promise<void> => {
    const headers = { 'content-type': 'application/json', cookie };
    const response = await fetch(api + path, {
      ...{ method: 'POST', headers, body: JSON.stringify(body) },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  for (const { scope } of clients)
    await add('/scope/', {
      name: scope,
      display_name: scope,
      password_required: false,
      scheme: {},
    });
  await add('/mod/plugin/', pluginOf(issuer, clients));
  for (const { id, secret, scope } of clients)
    await add('/client/', {
      ...{ client_id: id, name: id, confidential: true, enabled: true, client_secret: secret },
      ...{ authorization_type: ['client_credentials'], scope: [scope], redirect_uri: [issuer] },
      token_endpoint_auth_method: ['client_secret_basic'],
    });
  const post = (
    path: string,
    { id, secret }: GlewlwydClient,
    form: Record<string, string>,
  ): Promise<Response> =>
    fetch(issuer + path, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams(form),
    });
  return {
    issuer,
    server,
    token: async (client) => {
      const form = { grant_type: 'client_credentials', scope: client.scope };
      const response = await post('/token', client, form);
      return ((await response.json()) as { access_token: string }).access_token;
    },
    revoke: async (token, client) => {
      const response = await post('/revoke', client, { token, token_type_hint: 'access_token' });
      if (!response.ok) throw new Error(`revoke: ${response.status}`);
    },
  };
}

async function logIn(api: string): Promise<string> {
  const response = await fetch(`${api}/auth/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMINISTRATOR),
  });
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

function pluginOf(issuer: string, clients: readonly GlewlwydClient[]): object {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    ...{ module: 'oidc', name: 'oidc', display_name: 'OpenID Connect', enabled: true },
    parameters: {
      ...{ iss: issuer, 'jwt-type': 'rsa', 'jwt-key-size': '256', 'jwks-show': true },
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      cert: publicKey.export({ type: 'spki', format: 'pem' }),
      'access-token-duration': 600,
      'refresh-token-duration': 600,
      'code-duration': 600,
      'refresh-token-rolling': false,
      'allow-non-oidc': true,
      'subject-type': 'public',
      'allowed-scope': ['openid', ...clients.map(({ scope }) => scope)],
      'introspection-revocation-allowed': true,
      'introspection-revocation-allow-target-client': true,
      // Without it a client is told about its own tokens alone.
      'introspection-revocation-auth-scope': ['introspect'],
      ...Object.fromEntries(
        ['code', 'token', 'id-token', 'none', 'password', 'device', 'refresh', 'client'].map(
          (type) => [`auth-type-${type}-enabled`, type === 'client'],
        ),
      ),
    },
  };
}

function configuration(port: number, database: string): string {
  const modules = '/usr/lib/glewlwyd';
  return `
port=${port}
bind_address="127.0.0.1"
external_url="http://127.0.0.1:${port}"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="WARNING"
cookie_secure=0
session_expiration=3600
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="${modules}/user"
user_middleware_module_path="${modules}/user_middleware"
client_module_path="${modules}/client"
user_auth_scheme_module_path="${modules}/scheme"
plugin_module_path="${modules}/plugin"
hash_algorithm = "SHA512"
database = { type = "sqlite3" path = "${database}" }
`;
}
