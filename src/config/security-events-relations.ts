import { DEFAULTS } from './defaults.js';
import type { Relation } from './option.js';
import { isOptionsObject, type Members } from './value-kinds.js';

/**
 * The fault when events are accepted but nothing would keep what they say. There is no default store: one in
 * memory would log a user out of only the one process that was told.
 */
const NO_REVOCATION =
  'revocations would not be stored. Give revocation: { store } beside it: a store that all processes share, or new MemoryRevocationStore() for one process.';
const ADD_SENDER =
  'no issuer sends logout tokens. Write backChannelLogout: { clientId: "…" } at each issuer that does.';
const SERVE_IT =
  'no endpoint receives logout tokens. Write backChannelLogout: {} beside issuers as well.';
const NO_KEYS =
  'is none of the trusted issuers, so its keys are unknown. Say in keys where they are, like { jwksUri: "https://…" }.';

/** Logout needs a store that remembers what was ended, and an issuer that sends logout tokens. */
export const backChannelLogoutFits: Relation = (value, siblings) => {
  if (value === undefined) return undefined;
  if (siblings['revocation'] === undefined) return NO_REVOCATION;
  const sends = (issuer: unknown): boolean =>
    isOptionsObject(issuer) && issuer['backChannelLogout'] !== undefined;
  const mayComeLater = siblings['resolveIssuer'] !== undefined;
  return !mayComeLater && !listedIn(siblings).some(sends) && ADD_SENDER;
};

/** Logout tokens of an issuer go to the endpoint of the module. */
export const logoutSenderFits: Relation = (value, _siblings, { owner }) =>
  value !== undefined && owner['backChannelLogout'] === undefined && SERVE_IT;

/** Each transmitter is named once, and has keys. */
export const sharedSignalsFit: Relation = (value, siblings) => {
  if (value === undefined) return undefined;
  if (siblings['revocation'] === undefined) return NO_REVOCATION;
  if (!isOptionsObject(value)) return undefined;
  if (value['path'] !== undefined && value['path'] === pathOf(siblings['backChannelLogout']))
    return [{ path: '.path', message: 'is the path of backChannelLogout as well. Give another.' }];
  if (!Array.isArray(value['transmitters'])) return undefined;
  const transmitters: readonly unknown[] = value['transmitters'];
  const named = new Map<unknown, number>();
  return transmitters.flatMap((transmitter, index) => {
    const at = `.transmitters[${index}]`;
    if (!isOptionsObject(transmitter)) return [];
    const { issuer, keys } = transmitter;
    const first = issuer === undefined ? undefined : named.get(issuer);
    if (first !== undefined)
      return [
        { path: `${at}.issuer`, message: `is already transmitter ${first}. Name each once.` },
      ];
    named.set(issuer, index);
    if (typeof issuer === 'string' && keys === undefined && !isListed(issuer, siblings))
      return [{ path: `${at}.issuer`, message: NO_KEYS }];
    if (!isOptionsObject(keys) || keys['secret'] === undefined) return [];
    const message = 'a shared secret does not sign security event tokens here. Give public keys.';
    return [{ path: `${at}.keys.secret`, message }];
  });
};

/** Whether an issuer is in the trust list, or may be found when its first event comes. */
function isListed(issuer: unknown, siblings: Members): boolean {
  return (
    siblings['resolveIssuer'] !== undefined ||
    listedIn(siblings).some((listed) =>
      isOptionsObject(listed)
        ? [listed['issuer'], listed['issuerAliases']].flat().includes(issuer)
        : listed === issuer,
    )
  );
}

function pathOf(options: unknown): unknown {
  return isOptionsObject(options)
    ? (options['path'] ?? DEFAULTS.backChannelLogout.path)
    : undefined;
}

function listedIn({ issuers }: Members): readonly unknown[] {
  return Array.isArray(issuers) ? issuers : [];
}
