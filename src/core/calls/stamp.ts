/** Its subclass puts private members on an object that something else has made. */
// oxlint-disable-next-line no-extraneous-class -- it is there to be extended
class MadeElsewhere {
  constructor(object: object) {
    // oxlint-disable-next-line no-constructor-return -- that is what it is for
    return object;
  }
}

/** Keeps a value with an object for as long as the object lives, invisible to other code. */
export interface Stamp<Value> {
  of(object: object): Value | undefined;
  /** In place of what was kept before. */
  put(object: object, value: Value): void;
}

/**
 * Does what a `WeakMap` does, with a private member of the key. In every collection of young objects, V8
 * treats the values of a `WeakMap` as alive, whether or not the key is. So 1.7 kB of each request, its
 * identity and claims, moved to the old space, and garbage collection took a sixth of a new token's time.
 */
export function newStamp<Value>(): Stamp<Value> {
  return class Stamped extends MadeElsewhere {
    #value: Value;

    private constructor(object: object, value: Value) {
      super(object);
      this.#value = value;
    }

    static of(object: object): Value | undefined {
      return #value in object ? object.#value : undefined;
    }

    static put(object: object, value: Value): void {
      if (#value in object) object.#value = value;
      // oxlint-disable-next-line no-new -- the object is there already
      else new Stamped(object, value);
    }
  };
}
