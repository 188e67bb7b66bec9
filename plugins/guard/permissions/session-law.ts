import { dirname } from "node:path";
import type { PermissionUpdate } from "../../../schemas/decision.js";
import type { Session } from "../../../schemas/session.js";
import type { Mode } from "./modes.js";
import { parseRule, type List, type Rule, type RuleSource, type ToolNames } from "./rules/rule.js";
import { LISTS, NO_RULES, pooled, type RuleSet } from "./rules/rule-set.js";

type RuleUpdate = Extract<PermissionUpdate, { rules: unknown }>;

const LAYERS = {
  session: "session",
  localSettings: "local",
  projectSettings: "project",
  userSettings: "user",
} as const;
const SOURCE: RuleSource = { layer: "session", source: "session", base: "" };

/** Rules as they are written, by what they do. */
export interface TurnRules {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}

/** The rules of an update as they are written. */
export function textsOf({ rules }: RuleUpdate): readonly string[] {
  return rules.map(({ toolName, ruleContent }) => {
    return ruleContent === undefined ? toolName : `${toolName}(${ruleContent})`;
  });
}

/** What one session has settled for itself: its mode, its rules, folders taken away. Follows its parent in the rest. */
export class SessionLaw {
  readonly parent: SessionLaw | undefined;
  readonly removed: Set<string> = new Set();
  #mode: Mode | undefined;
  #rules: RuleSet = NO_RULES;
  #turn: RuleSet = NO_RULES;
  /** What its parent was allowed for the turn when this began: what it is allowed later is not meant for others. */
  readonly #inherited: readonly Rule[];

  constructor(parent: SessionLaw | undefined) {
    this.parent = parent;
    this.#inherited = parent ? parent.#turn.allow : [];
  }

  get mode(): Mode | undefined {
    return this.#mode ?? this.parent?.mode;
  }

  set mode(mode: Mode) {
    this.#mode = mode;
  }

  get rules(): RuleSet {
    const own = pooled(this.#rules, this.#turn);
    return this.parent ? pooled(this.parent.#handedDown(this.#inherited), own) : own;
  }

  #handedDown(inherited: readonly Rule[]): RuleSet {
    const { rules } = this;
    const later = this.#turn.allow.filter((rule) => !inherited.includes(rule));
    return later.length === 0 ? rules : { ...rules, allow: rules.allow.filter((rule) => !later.includes(rule)) };
  }

  /** The list that a rule added to this very session is in. */
  listOf(text: string): List | undefined {
    return LISTS.find((list) => this.#rules[list].some((rule) => rule.text === text));
  }

  /** Adds rules until `endTurn`. Returns those that cannot be read, each with why it does not count. */
  forTurn(given: TurnRules, source: string, tools: ToolNames): readonly string[] {
    const problems: string[] = [];
    for (const list of ["allow", "deny"] as const) {
      for (const text of given[list] ?? []) {
        const rule = parseRule({ text, list, source: { ...SOURCE, source } }, tools);
        if (typeof rule === "string") problems.push(`the ${list} rule ${text} does not count: ${rule}`);
        else if (!this.#turn[list].some((one) => one.text === rule.text && one.source.source === source))
          this.#turn = { ...this.#turn, [list]: [...this.#turn[list], rule] };
      }
    }
    return problems;
  }

  /** Takes back what was added for the turn. */
  endTurn(): void {
    this.#turn = NO_RULES;
  }

  /** Whether a folder was taken out of the workspace. */
  excludes(folder: string): boolean {
    return this.removed.has(folder) || (this.parent?.excludes(folder) ?? false);
  }

  /** Says of rules of this session that they also stand in a settings file: they mean what they will mean there. */
  keptIn(update: RuleUpdate, file: string): void {
    const layer = LAYERS[update.destination];
    const source: RuleSource = { layer, source: file, base: layer === "user" ? dirname(file) : "" };
    const texts = textsOf(update);
    const rules = this.#rules[update.behavior].map((rule) => (texts.includes(rule.text) ? { ...rule, source } : rule));
    this.#rules = { ...this.#rules, [update.behavior]: rules };
  }

  /**
   * Adds, replaces or removes rules of this session. Returns those that were to be removed and are not its own; throws
   * an Error that names a rule that cannot be read.
   */
  change(update: RuleUpdate, tools: ToolNames): readonly string[] {
    const texts = textsOf(update);
    const list: List = update.behavior;
    const old = this.#rules[list];
    if (update.type === "removeRules") {
      this.#rules = { ...this.#rules, [list]: old.filter((rule) => !texts.includes(rule.text)) };
      return texts.filter((text) => !old.some((rule) => rule.text === text));
    }
    const added = texts.map((text): Rule => {
      const rule = parseRule({ text, list, source: SOURCE }, tools);
      if (typeof rule === "string") throw new Error(`The ${list} rule ${text} does not count: ${rule}.`);
      return rule;
    });
    const kept = update.type === "replaceRules" ? [] : old;
    this.#rules = {
      ...this.#rules,
      [list]: [...kept, ...added.filter((rule) => !kept.some((k) => k.text === rule.text))],
    };
    return [];
  }
}

/** The laws of all sessions of this process. They go when their sessions go. */
export class Laws {
  readonly #laws = new WeakMap<Session, SessionLaw>();
  readonly #byId = new Map<string, WeakRef<SessionLaw>>();

  of(session: Session): SessionLaw {
    let law = this.#laws.get(session);
    if (!law) {
      law = new SessionLaw(this.#above(session));
      this.#laws.set(session, law);
      for (const [id, ref] of this.#byId) if (!ref.deref()) this.#byId.delete(id);
      this.#byId.set(session.id, new WeakRef(law));
    }
    return law;
  }

  /** An agent stands under the law of whom it works for; a fork under that of its parent, while there is one. */
  #above({ agent, parent }: Session): SessionLaw | undefined {
    if (agent) return this.of(agent.of);
    return parent === undefined ? undefined : this.#byId.get(parent)?.deref();
  }
}
