// Sends each kind of refusal to a client, and says in words what the client did.
import { RETRY_AFTER_SECONDS } from './api.mjs';

/** How far a pause may be from what it should be, in milliseconds. */
const SLACK_MS = 100;
const AT_ONCE_MS = 700;

/** The row of one client. */
export async function measure(api, { name, version, call, place, hidesChallenge, getsOnly }) {
  const refused = {};
  for (const status of [401, 403, 400])
    refused[status] = await answerTo(api, call, status, 'GET', hidesChallenge);
  const get = await answerTo(api, call, 503, 'GET', true);
  const post = getsOnly ? undefined : await answerTo(api, call, 503, 'POST', true);
  return [
    name,
    version,
    together(refused),
    worded(get),
    post === undefined ? '–' : worded(post),
    place,
  ];
}

async function answerTo(api, call, status, method, hidesChallenge) {
  const { url, token } = await api.address(status);
  const answer = await call(url, token, method);
  const arrivals = api.arrivals(url);
  if (arrivals.length === 0) throw new Error(`nothing reached the API (${JSON.stringify(answer)})`);
  const sees =
    typeof answer.challenge === 'string' && answer.challenge.startsWith('Bearer realm="api"');
  if (!hidesChallenge && !sees)
    throw new Error(`the challenge of a ${status} is not where the table says`);
  return { outcome: answer.outcome, arrivals };
}

/** One text where the three are dealt with alike, else each by its status. */
function together(refused) {
  const texts = Object.entries(refused).map(([status, result]) => [status, worded(result)]);
  const [[, first]] = texts;
  if (texts.every(([, text]) => text === first)) return first;
  return texts
    .toSorted(([one], [other]) => Number(one) - Number(other))
    .map(([status, text]) => `${status}: ${text}`)
    .join('; ');
}

function worded({ outcome, arrivals }) {
  if (arrivals.length === 1) return outcome;
  const pauses = arrivals.slice(1).map((arrival, index) => arrival - arrivals[index]);
  return `**${arrivals.length} requests**, ${pace(pauses)}, then ${outcome}`;
}

function pace(pauses) {
  if (pauses.every((pause) => pause >= RETRY_AFTER_SECONDS * 1_000 - SLACK_MS))
    return 'as `Retry-After` says';
  return pauses.every((pause) => pause < AT_ONCE_MS) ? 'at once' : 'at its own pace';
}
