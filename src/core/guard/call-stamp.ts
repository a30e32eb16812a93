/** Its subclass puts private members on an object that something else has made. */
// oxlint-disable-next-line no-extraneous-class -- it is there to be extended
class MadeElsewhere {
  constructor(object: object) {
    // oxlint-disable-next-line no-constructor-return -- that is what it is for
    return object;
  }
}

/** Keeps a value with an object for as long as the object lives, seen by nobody else. */
export interface Stamp<Value> {
  of(object: object): Value | undefined;
  put(object: object, value: Value): void;
}

/**
 * What a `WeakMap` is for, as a private member of the key. V8 takes the values of a `WeakMap` for alive in every
 * collection of young objects, whether or not the key is: 1.7 kB of each request, its identity and claims,
 * went into the old space by that, and collecting garbage took a sixth of the time of a new token.
 */
export function newStamp<Value>(): Stamp<Value> {
  return class Stamped extends MadeElsewhere {
    readonly #value: Value;

    private constructor(object: object, value: Value) {
      super(object);
      this.#value = value;
    }

    static of(object: object): Value | undefined {
      return #value in object ? object.#value : undefined;
    }

    static put(object: object, value: Value): void {
      // oxlint-disable-next-line no-new -- the object is there already
      new Stamped(object, value);
    }
  };
}
