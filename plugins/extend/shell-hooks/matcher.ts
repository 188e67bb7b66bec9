import { messageOf } from "../../../schemas/errors.js";
import { boundedTest } from "../bounded-test.js";

/** Says whether a value is meant. */
export type Matcher = (value: string) => boolean;

const ANY: Matcher = () => true;

/**
 * Understands a matcher: nothing, "" and "*" mean everything; words are exact names, parted by `|` or `,`; anything else
 * is a regular expression that may match anywhere. `narrow` leaves only `|` between words of letters, digits and `_`.
 * Throws an Error when it is no expression.
 */
export function matcher(pattern: string | undefined, narrow = false): Matcher {
  if (pattern === undefined || pattern === "" || pattern === "*") return ANY;
  if ((narrow ? /^[\w|]+$/ : /^[\w\- ,|]+$/).test(pattern)) {
    const names = new Set(pattern.split(narrow ? "|" : /[|,]/).map((name) => name.trim()));
    return (value) => names.has(value);
  }
  if (pattern.length > LONGEST) throw new Error(`a matcher of ${pattern.length} characters is too long`);
  try {
    const expression = new RegExp(pattern);
    // A hook that may be meant runs.
    return (value) => boundedTest(expression, value) ?? true;
  } catch (error) {
    throw new Error(`"${pattern}" is no regular expression: ${messageOf(error)}`, { cause: error });
  }
}

const LONGEST = 2_000;
