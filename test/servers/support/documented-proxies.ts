import { blocksOf, readMarkdown } from '../../docs/markdown.js';
import { type Place, type ServerProcess, startServer } from './server-process.js';

/** The pages whose configurations are run. */
export const PAGES = ['docs/behind-a-proxy.md', 'docs/sender-constrained.md'] as const;

/** What a proxy of these pages stands before. */
export interface Origins {
  /** Of the instances of the API. */
  readonly api: readonly [number, number?];
  /** Of the service that the API is asked about. */
  readonly service?: number;
  /** What is in `/etc/ssl/`: name → text. */
  readonly certificates?: Readonly<Record<string, string>>;
}

interface Proxy {
  readonly command: string;
  readonly args: (place: Place) => readonly string[];
  /** The file that has the configuration, and what stands around the page's block in it. */
  readonly file: string;
  readonly around?: (block: string, place: Place) => string;
}

const nginx: Proxy = {
  command: 'nginx',
  args: ({ folder }) => ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', 'stderr'],
  file: 'nginx.conf',
  around: (block, { folder }) => `
    daemon off;
    worker_processes 1;
    pid ${folder}/nginx.pid;
    events {}
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n')}
      ${block.replaceAll('/var/cache/nginx/api', `${folder}/cache`)}
    }`,
};

const caddy: Proxy = {
  command: 'caddy',
  args: ({ folder }) => ['run', '--config', `${folder}/Caddyfile`, '--adapter', 'caddyfile'],
  file: 'Caddyfile',
  around: (block, { folder }) => `
    {
      admin off
      auto_https off
      storage file_system ${folder}
    }
    ${block}`,
};

const MODULES = [
  'mpm_event',
  'authz_core',
  'proxy',
  'ssl',
  'headers',
  'socache_shmcb',
  'proxy_http',
  'proxy_balancer',
  'slotmem_shm',
  'lbmethod_byrequests',
];

const apache: Proxy = {
  command: 'apache2',
  args: ({ folder }) => ['-D', 'FOREGROUND', '-d', folder, '-f', `${folder}/apache.conf`],
  file: 'apache.conf',
  around: (block, { folder }) => `
    ${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
    ServerName localhost
    User www-data
    Group www-data
    DefaultRuntimeDir ${folder}
    PidFile ${folder}/apache.pid
    ErrorLog /dev/stderr
    ${block}`,
};

const haproxy: Proxy = {
  command: 'haproxy',
  args: ({ folder }) => ['-db', '-f', `${folder}/haproxy.cfg`],
  file: 'haproxy.cfg',
  around: (block) => `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
${block}`,
};

/** By the name of the block that configures it. */
const PROXIES: Readonly<Record<string, Proxy>> = {
  'nginx.conf': nginx,
  'nginx-auth.conf': nginx,
  Caddyfile: caddy,
  'Caddyfile-auth': caddy,
  'apache.conf': apache,
  'haproxy.cfg': haproxy,
  'mtls-nginx.conf': nginx,
  'mtls-haproxy.cfg': haproxy,
  'mtls-Caddyfile': caddy,
  'mtls-apache.conf': apache,
  'default.vcl': {
    command: 'varnishd',
    args: ({ folder, port }) => [
      ...['-F', '-n', `${folder}/work`, '-f', `${folder}/default.vcl`, '-a', `127.0.0.1:${port}`],
      ...['-T', 'none', '-s', 'malloc,8m', '-p', 'http_req_hdr_len=16k'],
    ],
    file: 'default.vcl',
  },
  'squid.conf': {
    command: 'squid',
    args: ({ folder }) => ['-N', '-f', `${folder}/squid.conf`],
    file: 'squid.conf',
    around: (block, { folder }) => `
pid_filename none
cache_log stdio:/dev/stderr
access_log none
netdb_filename none
coredump_dir ${folder}
shutdown_lifetime 0 seconds
visible_hostname localhost
${block}`,
  },
  'lighttpd.conf': {
    command: 'lighttpd',
    args: ({ folder }) => ['-D', '-f', `${folder}/lighttpd.conf`],
    file: 'lighttpd.conf',
    around: (block, { folder }) => `server.document-root = "${folder}"\n${block}`,
  },
};

const BLOCKS = PAGES.flatMap((page) => blocksOf(readMarkdown(page)));

/**
 * Starts a proxy with the block of {@link PAGES} that has this name.
 *
 * @param change makes another configuration of the page's. Default: it stays as it is.
 */
export function startDocumentedProxy(
  name: string,
  { api: [first, second], service, certificates }: Origins,
  change: (block: string) => string = (block) => block,
): Promise<ServerProcess> {
  const proxy = PROXIES[name];
  const block = BLOCKS.find((candidate) => candidate.name === name);
  if (proxy === undefined || block === undefined) throw new Error(`no proxy ${name}`);
  return startServer({
    command: proxy.command,
    args: proxy.args,
    files: (place) => {
      const ports: Readonly<Record<string, number | undefined>> = {
        8080: place.port,
        8443: place.port,
        3000: first,
        3001: second,
        4000: service,
      };
      const text = change(block.text)
        .replaceAll('/etc/ssl/', `${place.folder}/`)
        .replaceAll(/\b(?:8080|8443|300[01]|4000)\b/g, (port) => String(ports[port]));
      return { ...certificates, [proxy.file]: proxy.around?.(text, place) ?? text };
    },
  });
}

/** The names of all configurations of the pages. */
export const DOCUMENTED = BLOCKS.map(({ name }) => name).filter((name) => !/^$|\.ts$/.test(name));
