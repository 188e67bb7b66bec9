import type { PluginContext } from "../../../core/types.js";
import { chosenMode, mayBypass, requireAllowed, type Machine } from "./choose-mode.js";
import { UserError } from "../../../schemas/errors.js";
import type { Session } from "../../../schemas/session.js";
import { BYPASS, namedMode, type Mode } from "./modes.js";
import { knownTools } from "./rules/known-tools.js";
import { readRules, type RuleSet } from "./rules/rule-set.js";
import { isConfined } from "./settings-folders.js";

const NOT_TAKEN_UP: ReadonlySet<string> = new Set(["plan", BYPASS]);

type Say = (sentence: string) => void;

/** What the settings say to every session: the rules, and the mode it begins in. */
export class Standing {
  readonly #ctx: PluginContext;
  readonly #machine: Machine;
  #initial: Mode | undefined;
  #settled: { readonly layers: number; readonly rules: RuleSet } | undefined;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.#machine = { env: ctx.kernel.env, root: process.getuid?.() === 0 };
  }

  /** The mode a session begins in. Throws a UserError for one that is unknown or forbidden. */
  mode(say: Say): Mode {
    return (this.#initial ??= chosenMode(this.#ctx.kernel.settings, this.#machine, say));
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

  /** The rules of all settings; what is wrong with some of them is said. */
  rules(say: Say): RuleSet {
    const { settings } = this.#ctx.kernel;
    if (this.#settled?.layers !== settings.layers.length) {
      const { rules, problems } = readRules(settings, knownTools(this.#ctx));
      this.#settled = { layers: settings.layers.length, rules };
      for (const problem of problems) say(problem);
    }
    return this.#settled.rules;
  }
}
