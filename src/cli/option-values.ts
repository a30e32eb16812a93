import { InvalidArgumentError } from 'commander';
import { webAddress } from '../config/web-address.js';

/** A whole number within bounds, as an argument parser of commander. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** `name=value`, gathered over several options; a value that is JSON is taken as such. */
export function claim(
  text: string,
  former: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give name=value, such as tid=acme or admin=true.');
  return { ...former, [text.slice(0, at)]: jsonOrText(text.slice(at + 1)) };
}

/** The address of an issuer on this machine. */
export function loopbackAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname))
    throw new InvalidArgumentError('Give an address like http://127.0.0.1:4455, on this machine.');
  return url.href.replace(/\/$/, '');
}

/** The address of a request, as its client writes it. */
export function webAddressOf(text: string): string {
  if (webAddress(text) === undefined)
    throw new InvalidArgumentError('Give a whole address, like https://api.example.com/notes.');
  return text;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
