import type { PluginContext } from "../../../core/types.js";
import { chosenMode, mayBypass, requireAllowed, type Machine } from "./choose-mode.js";
import { UserError } from "../../../schemas/errors.js";
import { projectRoot } from "../../../schemas/project-root.js";
import type { Session } from "../../../schemas/session.js";
import { BYPASS, namedMode, type Mode } from "./modes.js";
import type { Law } from "./open.js";
import { knownTools } from "./rules/known-tools.js";
import { readRules, type RuleSet } from "./rules/rule-set.js";
import { isConfined } from "./settings-folders.js";

const NOT_TAKEN_UP: ReadonlySet<string> = new Set(["plan", BYPASS]);

type Say = (sentence: string) => void;

/** What the settings say to every session: the rules, and the mode it begins in. */
export class Standing {
  readonly #ctx: PluginContext;
  readonly #machine: Machine;
  #initial: { readonly mode: Mode; readonly notes: readonly string[] } | undefined;
  #settled: { readonly layers: number; readonly rules: RuleSet; readonly problems: readonly string[] } | undefined;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.#machine = { env: ctx.kernel.env, root: process.getuid?.() === 0 };
  }

  /** The mode a session begins in. Throws a UserError for one that is unknown or forbidden. */
  mode(say: Say): Mode {
    if (!this.#initial) {
      const notes: string[] = [];
      const mode = chosenMode(this.#ctx.kernel.settings, this.#machine, (note) => notes.push(note));
      this.#initial = { mode, notes };
    }
    for (const note of this.#initial.notes) say(note);
    return this.#initial.mode;
  }

  /**
   * The mode that a conversation was left in, where a person takes it up again. Those in which more than usual passes, or
   * less, are chosen anew; so is every mode of a run that nobody watches.
   */
  takenUp({ mode, headless, agent }: Session): Mode | undefined {
    if (mode === undefined || headless || agent) return undefined;
    const { settings } = this.#ctx.kernel;
    const given = ["permissions.mode", "permissions.defaultMode"].flatMap((path) => settings.origins(path));
    if (given.some(({ layer }) => layer === "flag")) return undefined;
    const left = namedMode(mode);
    return left && !NOT_TAKEN_UP.has(left.name) ? left : undefined;
  }

  /** Throws a UserError where a mode may not be switched on in the middle of a session. */
  requireSwitch(mode: Mode): void {
    const { settings } = this.#ctx.kernel;
    requireAllowed(mode, settings, this.#machine);
    if (mode.name === BYPASS && !mayBypass(settings)) {
      throw new UserError(
        `The mode "${BYPASS}" can be switched on only in a run that was started with --allow-dangerously-skip-permissions.`,
      );
    }
  }

  /** Whether nothing outside the workspace may be read. */
  get confined(): boolean {
    return isConfined(this.#ctx.kernel.settings);
  }

  /** What is in force where there is no session yet. What is wrong with it is said to the first one. */
  law(home: string): Law {
    const { cwd, home: own } = this.#ctx.kernel;
    const silent = (): void => undefined;
    return {
      mode: this.mode(silent),
      rules: this.rules(silent),
      anchors: { cwd, root: projectRoot(cwd, own), home },
      confined: this.confined,
    };
  }

  /** The rules of all settings; what is wrong with some of them is said each time: see `Voice`. */
  rules(say: Say): RuleSet {
    const { settings } = this.#ctx.kernel;
    if (this.#settled?.layers !== settings.layers.length) {
      const { rules, problems } = readRules(settings, knownTools(this.#ctx));
      this.#settled = { layers: settings.layers.length, rules, problems };
    }
    for (const problem of this.#settled.problems) say(problem);
    return this.#settled.rules;
  }
}
