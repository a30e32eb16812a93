import { finding, type Finding } from '../configuration-rule.js';
import { shownValue } from '../shown-value.js';

/** What to say of a list as a whole. */
export interface ListRemedies {
  /** For something that is no list, such as `List audiences, like ["api"].` */
  readonly noList: string;
  /** For a list without elements; absent where that is allowed. */
  readonly empty?: string;
}

/** Judges a list and, when it is one, each of its elements. */
export function* listFindings(
  value: unknown,
  remedies: ListRemedies,
  faultOf: (element: unknown, index: number) => string | undefined,
): Iterable<Finding> {
  if (!Array.isArray(value)) {
    yield finding(`${shownValue(value)} is not a list. ${remedies.noList}`);
    return;
  }
  if (value.length === 0 && remedies.empty !== undefined) {
    yield finding(`the list is empty. ${remedies.empty}`);
  }
  // Counted before they are walked, so that the work is in proportion to what is there.
  if (Object.keys(value).length < value.length) {
    yield finding('the list has holes. Give every element a value.');
    return;
  }
  for (const [index, element] of value.entries()) {
    const message = faultOf(element, index);
    if (message !== undefined) yield finding(message, `[${index}]`);
  }
}
