import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";

/** The plugins that can be switched off. */
export interface Suspects {
  readonly names: readonly string[];
  /** What each cannot do without, of the others. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
}

/** Everything that did not ship with nacre and is loaded here. Throws a UserError where there is nothing to look for. */
export function suspectsOf(kernel: KernelView, words: readonly string[]): Suspects {
  if (words.length === 0) throw new UserError("Usage: nacre plugin bisect -- CMD...", EXIT.usage);
  const foreign = kernel.plugins.map(({ plugin }) => plugin).filter(({ origin }) => origin !== "built in");
  const names = foreign.map(({ name }) => name).toSorted();
  const needs = new Map(
    foreign.map(({ name, requires = [] }) => [name, requires.filter((one) => names.includes(one))]),
  );
  const asked = words.some((word) => word === "--plugin-dir" || word.startsWith("--plugin-dir="));
  if (asked && !foreign.some(({ origin }) => origin === "--plugin-dir")) {
    throw new UserError(
      "The command has --plugin-dir; give it before as well: nacre --plugin-dir DIR plugin bisect -- CMD.",
    );
  }
  if (names.length > 0) return { names, needs };
  throw new UserError(
    "There is no plugin here that did not ship with nacre, so there is nothing to switch off. Is the folder trusted?",
    EXIT.usage,
  );
}
