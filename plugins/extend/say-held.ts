import type { KernelView } from "../../core/types.js";
import type { Io } from "../../schemas/front.js";
import { printable } from "../../schemas/printable.js";

/** Parts of a project that is not trusted are not there, which is easily forgotten: says so, where there are some. */
export function sayHeld({ warnings }: KernelView, { stderr }: Io): void {
  for (const warning of warnings) {
    if (warning.includes("is not trusted, so this is not used")) stderr.write(`nacre: ${printable(warning)}\n`);
  }
}
