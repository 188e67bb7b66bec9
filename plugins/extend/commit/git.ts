import type { KernelView } from "../../../core/types.js";
import { Git } from "../quiet-git.js";

/**
 * Looks at a repository in a folder, before anybody has agreed to anything: nothing of the repository's is run. Throws a
 * UserError when git does not answer.
 */
export async function look(kernel: KernelView, cwd: string, args: readonly string[]): Promise<string> {
  return new Git(cwd, kernel.env).read(...args);
}
