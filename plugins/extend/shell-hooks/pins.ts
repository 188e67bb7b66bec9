import type { KernelView } from "../../../core/types.js";
import { namedPrograms } from "../../../schemas/named-programs.js";
import { projectRoot } from "../../../schemas/project-root.js";
import { contains } from "../inside.js";
import type { Hook } from "./hook.js";

/**
 * What hooks of a project run, as it was when they came into force. Their files are the project's, so whoever may edit
 * them could have anything run by the next event, the model too.
 */
export class Pins {
  readonly #root: string;
  readonly #known = new Map<string, string>();

  constructor({ cwd, home }: Pick<KernelView, "cwd" | "home">) {
    this.#root = projectRoot(cwd, home);
  }

  /** Hooks come into force. What was known of one stays. */
  take(hooks: readonly Hook[]): void {
    for (const hook of hooks) {
      if (!contains(this.#root, hook.source.file)) continue;
      const key = keyOf(hook);
      if (!this.#known.has(key)) this.#known.set(key, this.#programs(hook));
    }
  }

  /** Whether what a hook runs is something else now. */
  changed(hook: Hook): boolean {
    const known = this.#known.get(keyOf(hook));
    return known !== undefined && known !== this.#programs(hook);
  }

  #programs({ handler, source }: Hook): string {
    const { command, args } = handler;
    return command === undefined ? "" : namedPrograms(this.#root, source.file, [command, args]).join("\n");
  }
}

function keyOf({ source, handler }: Hook): string {
  return JSON.stringify([source.file, handler.command, handler.args]);
}
