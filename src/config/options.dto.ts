import { optionNames } from './option-names.js';
import { isLiteral } from './options-object.js';

/** What rules are written on: an options object whose members were read once, by name. */
export abstract class OptionsDto {
  /**
   * The options that were judged, as frozen literals: what is used is what was judged, wherever its
   * members came from (a getter, a base class), and whatever becomes of the original afterwards.
   */
  judged(): object {
    const members = optionNames(this.constructor as new () => object)
      .map((name): [string, unknown] => [name, Reflect.get(this, name)])
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, this.sharedOptions.includes(name) ? value : copyOf(value)]);
    return Object.freeze(Object.fromEntries(members));
  }

  /** Options that are objects of the application's own, which may change; they are not copied. */
  protected get sharedOptions(): readonly string[] {
    return [];
  }
}

/** Lists and literals are copied; functions, keys and bytes are taken as they are. */
function copyOf(value: unknown): unknown {
  if (value instanceof OptionsDto) return value.judged();
  if (Array.isArray(value)) return Object.freeze(value.map(copyOf));
  if (!isLiteral(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, copyOf(member)]);
  return Object.freeze(Object.fromEntries(members));
}
