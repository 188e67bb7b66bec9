import type { KernelView, Plugin } from "../../../../core/types.js";
import type { Paths } from "../paths.js";
import { Kept } from "../state/kept.js";
import { readLock, type Lock } from "../state/lock-file.js";
import type { Verifier } from "./verify.js";

/** Lines of a lock file that speak of something that judges calls. */
const GATE = /^hook: (PreToolUse |hookify rule )/;

interface Gate {
  readonly name: string;
  readonly dir: string;
}

/** Knows which installed plugins were approved with hooks that judge calls, and are not what was approved any more. */
export class Silenced {
  readonly #kernel: Pick<KernelView, "revision" | "plugins">;
  readonly #verifier: () => Promise<Verifier>;
  readonly #lock: Kept<Lock>;
  #known: { readonly revision: number; readonly lock: Lock; readonly gates: readonly Gate[] } | undefined;

  constructor(kernel: Pick<KernelView, "revision" | "plugins">, paths: Paths, verifier: () => Promise<Verifier>) {
    this.#kernel = kernel;
    this.#verifier = verifier;
    this.#lock = new Kept(paths.lock, readLock);
  }

  /** Names of those plugins. Those that are switched off are none of them. */
  async names(): Promise<readonly string[]> {
    const gates = this.#gates();
    if (gates.length === 0) return [];
    const verifier = await this.#verifier();
    return gates.filter(({ dir }) => verifier.verify(dir) !== undefined).map(({ name }) => name);
  }

  #gates(): readonly Gate[] {
    const { revision, plugins } = this.#kernel;
    const lock = this.#lock.get();
    if (this.#known?.revision === revision && this.#known.lock === lock) return this.#known.gates;
    const gates = plugins.flatMap(({ plugin }) => (judgesCalls(plugin, lock) ? [plugin as Gate] : []));
    this.#known = { revision, lock, gates };
    return gates;
  }
}

function judgesCalls({ origin, dir, id = "", holds = [] }: Plugin, lock: Lock): boolean {
  if (origin !== "installed" || dir === undefined) return false;
  if (!holds.includes("hook") && !holds.includes("hookify")) return false;
  const lines = Object.hasOwn(lock, id) ? lock[id]?.capabilities : undefined;
  return lines === undefined || lines.some((line) => GATE.test(line));
}
