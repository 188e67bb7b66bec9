import { messageOf } from "../../../schemas/errors.js";

/** Says whether a hook is meant. Throws an Error when the pattern is no regular expression. */
export function matcher(pattern: string | undefined): (value: string) => boolean {
  if (pattern === undefined || pattern === "" || pattern === "*") return () => true;
  if (/^[\w\- ,|]+$/.test(pattern)) {
    const names = new Set(pattern.split(/[|,]/).map((name) => name.trim()));
    return (value) => names.has(value);
  }
  try {
    const expression = new RegExp(pattern);
    return (value) => expression.test(value);
  } catch (error) {
    throw new Error(`The matcher "${pattern}" is no regular expression: ${messageOf(error)}`, { cause: error });
  }
}
