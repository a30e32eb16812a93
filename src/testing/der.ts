/** The tags of DER (ITU-T X.690) that a certificate needs. */
const TAGS = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Any element. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
}

export function sequence(...members: readonly Uint8Array[]): Buffer {
  return element(TAGS.sequence, ...members);
}

export function setOf(...members: readonly Uint8Array[]): Buffer {
  return element(TAGS.set, ...members);
}

/** @param bytes of a number that is not negative, so the first is below 128. */
export function integer(bytes: Uint8Array): Buffer {
  return element(TAGS.integer, bytes);
}

/** @param bits whole bytes. */
export function bitString(bits: Uint8Array): Buffer {
  return element(TAGS.bitString, Buffer.of(0), bits);
}

export function octetString(bytes: Uint8Array): Buffer {
  return element(TAGS.octetString, bytes);
}

export function utf8(text: string): Buffer {
  return element(TAGS.utf8, Buffer.from(text));
}

/** @param dotted such as `2.5.29.17`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number);
  return element(TAGS.objectId, Buffer.from([first * 40 + second, ...others.flatMap(base128)]));
}

/** @param moment before the year 2050, which UTCTime can't say. */
export function utcTime(moment: Date): Buffer {
  const digits = moment.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return element(TAGS.utcTime, Buffer.from(digits.slice(2)));
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  if (length < 0x1_00) return Buffer.of(0x81, length);
  return Buffer.of(0x82, length >> 8, length & 0xff);
}

function base128(number: number): number[] {
  const digits = [number & 0x7f];
  for (let rest = number >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
