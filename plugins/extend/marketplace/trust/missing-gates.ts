import type { KernelView, Plugin } from "../../../../core/types.js";
import type { PendingCall } from "../../../../schemas/decision.js";
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

/**
 * Calls that hooks of a changed plugin would have judged are asked about: what it kept back must not pass because
 * somebody has changed a file of it.
 */
export class MissingGates {
  readonly #kernel: KernelView;
  readonly #verifier: () => Promise<Verifier>;
  readonly #lock: Kept<Lock>;
  #known: { readonly revision: number; readonly lock: Lock; readonly gates: readonly Gate[] } | undefined;

  constructor(kernel: KernelView, paths: Paths, verifier: () => Promise<Verifier>) {
    this.#kernel = kernel;
    this.#verifier = verifier;
    this.#lock = new Kept(paths.lock, readLock);
  }

  async judge(pending: PendingCall): Promise<PendingCall | undefined> {
    for (const { name, dir } of this.#gates()) {
      if ((await this.#verifier()).verify(dir) === undefined) continue;
      const reason =
        `Hooks of plugin "${name}" that judge calls do not run, because its files are not those that were approved. ` +
        `See what was changed with nacre plugin trust ${name}, or switch it off with nacre plugin disable ${name}.`;
      return { ...pending, decision: { behavior: "ask", reason } };
    }
    return undefined;
  }

  /** Installed plugins that were approved with something that judges calls. Those that are switched off are not loaded. */
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
