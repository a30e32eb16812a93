import { parse } from 'node:querystring';

/** The query in the address of a request that nobody has parsed, such as one that becomes a WebSocket. */
export function queryIn(url = ''): unknown {
  return parse(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
}
