import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import { runCommand, type Ran } from "./run-command.js";
import type { Suspects } from "./suspects.js";
import { switchedOff } from "./switched-off.js";

/** Runs at most, whatever there is to find out. */
const MOST_RUNS = 200;

export interface TrialOptions {
  readonly words: readonly string[];
  readonly suspects: Suspects;
  readonly signal: AbortSignal;
  /** Milliseconds of one run. */
  readonly timeout: number;
  /** Says how it goes. */
  readonly tell: (sentence: string) => void;
}

/** Runs a command with some of the suspects on, and remembers what came of it. */
export class Trial {
  runs = 0;
  /** The failure with the fewest plugins. */
  lastFailure: Ran | undefined;
  readonly #kernel: KernelView;
  readonly #options: TrialOptions;
  readonly #known = new Map<string, Ran>();
  #fewest = Infinity;

  constructor(kernel: KernelView, options: TrialOptions) {
    this.#kernel = kernel;
    this.#options = options;
  }

  /** With these on, what they need too, and all others off. The same set is run once. */
  async run(on: readonly string[]): Promise<Ran> {
    const all = this.#withNeeds(on);
    const key = all.join("\n");
    const known = this.#known.get(key);
    if (known) return known;
    const ran = await this.#try(all);
    this.#known.set(key, ran);
    return ran;
  }

  /** The same once more. */
  again(on: readonly string[]): Promise<Ran> {
    return this.#try(this.#withNeeds(on));
  }

  async #try(on: readonly string[]): Promise<Ran> {
    const { words, suspects, signal, timeout, tell } = this.#options;
    const { env, cwd } = this.#kernel;
    if (signal.aborted) throw new UserError("Interrupted.", EXIT.interrupted);
    if (++this.runs > MOST_RUNS) throw new UserError(`Given up after ${MOST_RUNS} runs.`, EXIT.limit);
    const off = suspects.names.filter((name) => !on.includes(name));
    const settings = switchedOff(off, env["NACRE_SETTINGS"]);
    const ran = await runCommand({
      ...program(words),
      cwd,
      env: { ...env, NACRE_SETTINGS: settings },
      timeout,
      signal,
    });
    if (signal.aborted) throw new UserError("Interrupted.", EXIT.interrupted);
    const names =
      on.length === 0
        ? "none"
        : on.length <= 5
          ? on.join(", ")
          : `${on.slice(0, 5).join(", ")} and ${on.length - 5} more`;
    tell(
      `run ${this.runs}: ${on.length} of ${suspects.names.length} on (${names}): ${outcome(ran)} in ${ran.ms / 1000} s`,
    );
    if (ran.code !== 0 && on.length < this.#fewest && on.length > 0) {
      this.#fewest = on.length;
      this.lastFailure = ran;
    }
    if (ran.code !== 0) this.lastFailure ??= ran;
    return ran;
  }

  #withNeeds(on: readonly string[]): readonly string[] {
    const all = new Set(on);
    for (const name of all) for (const needed of this.#options.suspects.needs.get(name) ?? []) all.add(needed);
    return [...all].toSorted();
  }
}

function outcome({ code, late }: Ran): string {
  if (late) return "takes too long";
  return code === 0 ? "works" : code === undefined ? "is killed" : `fails with exit code ${code}`;
}

/** `nacre` is the program that runs now, whatever PATH says. */
function program([file = "", ...args]: readonly string[]): { readonly file: string; readonly args: readonly string[] } {
  const own = process.argv[1];
  return file === "nacre" && own !== undefined ? { file: process.execPath, args: [own, ...args] } : { file, args };
}
