import { readdirSync } from 'node:fs';

/** From the fastest folder to the slowest: the first test to fail ends the run of a mutant. */
const FOLDERS = ['unit/core/', 'presets/', 'conformance/', 'attacks/', 'e2e/'];

const UNITS = 'calls|guard|identity|issuers|jwt|keys|passport|refusals';
const ATTACKS = 'algorithms|claims|encoding|header-members|issuer|key-servers|replaced-promise';
const SCENES = [
  'access-modes|answer-headers|authorization|caller-of|demand-reasons|disclosure|distrusted-tenants',
  'dpop|error-reference|foreign-filters|graphql|graphql-contexts|graphql-refusals|grpc',
  'keys-unavailable|mcp-tools|microservices|observer|step-up|streams-and-methods|unreadable-errors',
  'identities|issuer-aliases|key-sources|key-status|keys-[a-z-]+|named-headers|other-contexts',
  'own-guards-and-filters|placeholder-audience|problem-details|refusal-reasons|refusals',
  'require-issuer|resolve-issuer|revocations|roles-of-issuers|several-issuers|shared-subject',
  'signature-verifiers(\\.property)?|tenant-templates|token-kinds|token-sources|trusted-issuers',
  'unawaited-verdicts|verified-token-cache|verify-request',
  'dpop-proofs|gateway-(admission|messages)|global-guards|health|module-wiring|mtls',
  'introspection-(always|everywhere|routing)|two-bindings',
].join('|');

/** The specs that see the request path, and can run many times in one process. */
const SPECS = new RegExp(
  `^(unit/core/(${UNITS})/[^/]+|conformance/challenge-grammar|presets/aws-alb|attacks/(${ATTACKS})|e2e/(${SCENES}))\\.spec\\.ts$`,
);

/** Fewer of them, for a first look: what they leave alive, the others may still kill. */
const CHOSEN = new RegExp(process.env.MUTATION_SPECS ?? '');

export function specFiles(root) {
  return readdirSync(`${root}/test`, { recursive: true, encoding: 'utf8' })
    .filter((name) => SPECS.test(name) && CHOSEN.test(name))
    .sort((one, other) => folder(one) - folder(other) || (one < other ? -1 : 1))
    .map((name) => `test/${name}`);
}

const folder = (name) => FOLDERS.findIndex((prefix) => name.startsWith(prefix));
