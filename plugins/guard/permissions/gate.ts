import type { PluginContext } from "../../../core/types.js";
import type { Decision, PendingCall, PermissionUpdate, ToolCall } from "../../../schemas/decision.js";
import type { Permissions, ShellReading } from "../../../schemas/guards.js";
import type { ModelRequest } from "../../../schemas/provider.js";
import type { Session } from "../../../schemas/session.js";
import { userHome } from "../../../schemas/user-home.js";
import { callFacts, type CallFacts } from "./calls/call-facts.js";
import { decide } from "./decide.js";
import type { Law } from "./open.js";
import { keep } from "./keep.js";
import { modeNamed, readsOnly, type Mode } from "./modes.js";
import type { Place } from "./paths/judge-path.js";
import { fits } from "./rules/fits.js";
import { knownTools } from "./rules/known-tools.js";
import { namesTool } from "./rules/matches.js";
import type { List } from "./rules/rule.js";
import { mayShow } from "./rules/may-show.js";
import { pooled, type RuleSet } from "./rules/rule-set.js";
import { Laws, type TurnRules } from "./session-law.js";
import { listed, type Listed } from "./show/list.js";
import { loadGrammar } from "./shell/grammar.js";
import { readingOf } from "./shell/reading-of.js";
import { Standing } from "./standing.js";
import { Voice } from "./voice.js";
import { Workspace } from "./workspace.js";

/** Judges calls by rules, modes and paths, and answers for them to fronts. */
export class Gate implements Permissions {
  readonly #ctx: PluginContext;
  readonly #laws = new Laws();
  readonly #standing: Standing;
  readonly #workspace: Workspace;
  readonly #voice: Voice;
  #watching = false;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.#voice = new Voice(ctx);
    this.#standing = new Standing(ctx);
    this.#workspace = new Workspace(ctx, this.#voice, userHome(ctx.kernel.env));
  }

  mode(session: Session): string {
    return this.#modeOf(session).name;
  }

  setMode(session: Session, name: string): void {
    const mode = modeNamed(name);
    this.#standing.requireSwitch(mode);
    this.#laws.of(session).mode = mode;
    session.emit({ type: "change", at: this.#ctx.kernel.clock.now(), mode: mode.name });
  }

  async apply(session: Session, updates: readonly PermissionUpdate[]): Promise<void> {
    for (const update of updates) {
      this.#change(session, update);
      const { file, notes } = await keep(this.#ctx, update);
      if (file !== undefined && "rules" in update) this.#laws.of(session).keptIn(update, file);
      for (const note of notes) this.#voice.say(session, note);
    }
  }

  /** What is in force in a session, for people. */
  listed(session: Session): Listed {
    this.#workspace.greet(session);
    return {
      ...listed(this.mode(session), this.#rulesOf(session)),
      folders: session.folders.filter((dir) => !this.#laws.of(session).excludes(dir)),
      problems: [],
    };
  }

  /** The list that a rule of this session's own is in. */
  listOf(session: Session, rule: string): List | undefined {
    return this.#laws.of(session).listOf(rule);
  }

  forTurn(session: Session, rules: TurnRules, origin: string): void {
    this.#watchTurns();
    for (const problem of this.#laws.of(session).forTurn(rules, origin, knownTools(this.#ctx))) {
      this.#voice.say(session, `${origin}: ${problem}.`);
    }
  }

  /** The PreToolUse tap. */
  async judge(pending: PendingCall, session: Session): Promise<PendingCall> {
    this.#workspace.greet(session);
    const facts = await callFacts(pending, this.#placeOf(session));
    const law = this.#lawOf(session);
    const allowed = pending.decision?.behavior === "allow";
    const own = allowed && pending.decision?.by === this.#ctx.plugin.name;
    const approval = { approved: allowed && !own, contained: pending.contained === true };
    const places = placesOf(facts);
    const { decision, nearest, doubt: why, ...question } = decide(facts, law, approval);
    const doubt = why === undefined || nearest === undefined ? why : `${why} The nearest rule is ${nearest}.`;
    return {
      ...pending,
      ...places,
      ...question,
      ...(doubt !== undefined && { doubt }),
      ...settled(decision, own, doubt),
    };
  }

  /** Whether a search may show a file it came across, by its real path. */
  mayRead(session: Session | undefined, path: string): boolean {
    return mayShow(path, session ? this.#lawOf(session) : this.#standing.law(this.#workspace.home));
  }

  async matches(session: Session, rule: string, call: ToolCall): Promise<boolean> {
    const tool = this.#ctx.all("tool").find(({ name }) => name === call.name);
    if (!tool) return false;
    const pending: PendingCall = { call, tool, effect: tool.effect, again: false };
    const { cwd, root } = session;
    const anchors = { cwd, root, home: this.#workspace.home };
    return fits(rule, await callFacts(pending, this.#placeOf(session)), anchors, knownTools(this.#ctx));
  }

  async onlyReads(session: Session, call: ToolCall): Promise<boolean> {
    const tool = this.#ctx.all("tool").find(({ name }) => name === call.name);
    if (!tool) return false;
    const facts = await callFacts({ call, tool, effect: tool.effect, again: false }, this.#placeOf(session));
    return readsOnly(facts.circumstances.map(({ situation }) => situation));
  }

  async readShell(line: string): Promise<ShellReading> {
    await loadGrammar();
    return readingOf(line);
  }

  /** The PreModel tap: tools that are denied as a whole are not offered. */
  withoutDenied(request: ModelRequest, session: Session): ModelRequest | undefined {
    this.#workspace.greet(session);
    const whole = this.#rulesOf(session).deny.filter((rule) => !rule.specifier);
    if (whole.length === 0) return undefined;
    const known = new Map(this.#ctx.all("tool").map((tool) => [tool.name, tool]));
    const tools = request.tools.filter(({ name }) => {
      const tool = known.get(name);
      return !tool || !whole.some((rule) => namesTool(rule, tool));
    });
    return tools.length === request.tools.length ? undefined : { ...request, tools };
  }

  /** Listens for the end of turns once there is something to take back then. */
  #watchTurns(): void {
    if (this.#watching) return;
    this.#watching = true;
    this.#ctx.tap("Event", (event, session) => {
      if (event.type === "end") this.#laws.of(session).endTurn();
    });
  }

  #modeOf(session: Session): Mode {
    const { mode } = this.#laws.of(session);
    if (mode) return mode;
    const initial = this.#standing.mode((text) => this.#voice.say(session, text));
    return this.#standing.takenUp(session) ?? initial;
  }

  #rulesOf(session: Session): RuleSet {
    const standing = this.#standing.rules((text) => this.#voice.say(session, text));
    return pooled(standing, this.#laws.of(session).rules);
  }

  #placeOf(session: Session): Place {
    return this.#workspace.place(session, this.#laws.of(session));
  }

  #lawOf(session: Session): Law {
    const { cwd, root } = session;
    return {
      mode: this.#modeOf(session),
      rules: this.#rulesOf(session),
      anchors: { cwd, root, home: this.#workspace.home },
      confined: this.#standing.confined,
    };
  }

  #change(session: Session, update: PermissionUpdate): void {
    const law = this.#laws.of(session);
    switch (update.type) {
      case "setMode":
        return this.setMode(session, update.mode);
      case "addDirectories":
        for (const dir of update.directories) this.#workspace.add(session, law, dir);
        return;
      case "removeDirectories":
        for (const dir of update.directories) this.#workspace.remove(session, law, dir);
        return;
      default:
        for (const rule of law.change(update, knownTools(this.#ctx))) {
          const why = update.destination === "session" ? "was not removed: it does not belong to" : "still counts in";
          this.#voice.say(session, `The ${update.behavior} rule ${rule} ${why} this session.`);
        }
    }
  }
}

/** What this gate allowed in the first round was another input: its doubt about the new one has to outweigh that. */
function settled(
  decision: Decision | undefined,
  allowedBefore: boolean,
  doubt: string | undefined,
): { readonly decision?: Decision } {
  if (decision) return { decision };
  return allowedBefore && doubt !== undefined ? { decision: { behavior: "ask", reason: doubt } } : {};
}

/** Where the paths of a call led when it was judged. What a command does with its paths cannot be held to that. */
function placesOf({ paths, command }: CallFacts): Pick<PendingCall, "places"> {
  if (command || paths.length === 0) return {};
  const known = paths.flatMap(({ judged: { given, real } }) => (real === undefined ? [] : [[given, real] as const]));
  return { places: new Map(known) };
}
