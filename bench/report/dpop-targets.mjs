import { single } from './figures.mjs';

/** A new proof for each request; with ES256 and Ed25519, of which the worse counts. */
export function dpopTargets() {
  const quotients = (dpop, find, divide) =>
    (dpop?.rows ?? []).flatMap((row) => {
      const of = (id) => row.entrants.find((entrant) => entrant.id === id);
      const other = find(row, of);
      return other === undefined ? [] : [single(divide(of('ours'), other))];
    });
  const auth0 = (_row, of) => of('auth0');
  const least = ({ verifyMicroseconds }, of) => of('ceiling').userMicroseconds + verifyMicroseconds;
  const bests = (dpop, best) =>
    (dpop?.rows ?? []).flatMap((row) => {
      const of = (id) => row.entrants.find((entrant) => entrant.id === id);
      return of('auth0') === undefined ? [] : [best(row, of)];
    });
  return [
    {
      what: 'DPoP, Express: user CPU per request, of express-oauth2-jwt-bearer’s',
      must: 0.5,
      figures: ({ dpop }) =>
        quotients(dpop, auth0, (own, other) => own.userMicroseconds / other.userMicroseconds),
      bests: ({ dpop }) => bests(dpop, (row, of) => least(row, of) / of('auth0').userMicroseconds),
    },
    {
      what: 'DPoP, Express: throughput, of express-oauth2-jwt-bearer’s',
      must: 1.7,
      atLeast: true,
      figures: ({ dpop }) =>
        quotients(dpop, auth0, (own, other) => own.perSecond / other.perSecond),
    },
    {
      what: 'DPoP: user CPU per request, of the ceiling and one bare `crypto.verify`',
      must: 1.35,
      figures: ({ dpop }) =>
        quotients(dpop, least, (own, microseconds) => own.userMicroseconds / microseconds),
    },
    {
      what: 'DPoP, Express, half load: delay of the event loop p99, of express-oauth2-jwt-bearer’s',
      must: 0.5,
      figures: ({ dpop }) =>
        quotients(dpop, auth0, (own, other) => own.delayP99Ms / other.delayP99Ms),
      bests: ({ dpop }) =>
        bests(dpop, (_row, of) => of('ceiling').delayP99Ms / of('auth0').delayP99Ms),
    },
    {
      what: 'DPoP: bytes of memory for a used proof, 300,000 of as many clients',
      must: 120,
      figures: ({ dpop }) => [dpop && single(dpop.store.bytesPerEntry)],
    },
  ];
}
