import type { KernelView } from "../../../core/types.js";
import type { Hook } from "./hook.js";

/** Leaves out hooks of installed plugins whose files are not those that were approved any more; each is told of once. */
export class Approved {
  readonly #kernel: KernelView;
  readonly #told = new Set<string>();

  constructor(kernel: KernelView) {
    this.#kernel = kernel;
  }

  async of(hooks: readonly Hook[], say: (sentence: string) => void): Promise<readonly Hook[]> {
    if (!hooks.some(isInstalled)) return hooks;
    const installed = await this.#kernel.service("installed");
    const fine: Hook[] = [];
    for (const hook of hooks) {
      const why = isInstalled(hook) ? await installed?.verify(hook.source.plugin?.dir ?? "") : undefined;
      if (why === undefined) fine.push(hook);
      else if (!this.#told.has(why)) {
        this.#told.add(why);
        say(why);
      }
    }
    return fine;
  }
}

function isInstalled({ source }: Hook): boolean {
  return source.plugin?.origin === "installed";
}
