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
  /** What is kept already, else what is made, which is kept then. */
  ofOrMade(object: object, make: () => Value): Value;
  /** In place of what was kept before. */
  put(object: object, value: Value): void;
}

/**
 * Does what a `WeakMap` does, with private members. In every collection of young objects, V8 treats the values
 * of a `WeakMap` as alive, whether or not the key is. So 1.7 kB of each request, its identity and claims,
 * moved to the old space, and garbage collection took a sixth of a new token's time.
 */
export function newStamp<Value>(): Stamp<Value> {
  return class Stamped extends MadeElsewhere {
    #owner: object;
    #value: Value;

    private constructor(place: object, owner: object, value: Value) {
      super(place);
      this.#owner = owner;
      this.#value = value;
    }

    static of(object: object): Value | undefined {
      return Stamped.valueOn(Stamped.placeFor(object));
    }

    static ofOrMade(object: object, make: () => Value): Value {
      const place = Stamped.placeFor(object);
      return Stamped.valueOn(place) ?? Stamped.putOn(place, object, make());
    }

    static put(object: object, value: Value): void {
      Stamped.putOn(Stamped.placeFor(object), object, value);
    }

    /** A list that two requests have is only the first one’s place: neither is ever taken for the other. */
    private static placeFor(object: object): object {
      const lines = headerLinesOf(object);
      const isFree = lines !== undefined && (!(#owner in lines) || lines.#owner === object);
      return isFree ? lines : object;
    }

    private static valueOn(place: object): Value | undefined {
      return #owner in place ? place.#value : undefined;
    }

    private static putOn(place: object, owner: object, value: Value): Value {
      if (#owner in place) place.#value = value;
      // oxlint-disable-next-line no-new -- the object is there already
      else new Stamped(place, owner, value);
      return value;
    }
  };
}

/**
 * The list of header lines of a request, which takes its stamp. Express changes the prototype of each request,
 * and Node 20 and 22 then make a hidden class for every member that is added to one, which takes a microsecond
 * and leaves old garbage.
 */
function headerLinesOf(object: object): object | undefined {
  const { rawHeaders } = object as { readonly rawHeaders?: unknown };
  return Array.isArray(rawHeaders) ? rawHeaders : undefined;
}
