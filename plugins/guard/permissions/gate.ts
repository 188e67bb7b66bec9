import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join, isAbsolute, resolve, dirname } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import type { Decision, PendingCall, PermissionUpdate, ToolCall } from "../../../schemas/decision.js";
import { UserError, messageOf } from "../../../schemas/errors.js";
import type { Permissions, ShellReading } from "../../../schemas/guards.js";
import type { ModelRequest } from "../../../schemas/provider.js";
import type { Session } from "../../../schemas/session.js";
import { callFacts } from "./calls/call-facts.js";
import { chosenMode, mayBypass, requireAllowed, type Machine } from "./choose-mode.js";
import { decide, type Law } from "./decide.js";
import { BYPASS, modeNamed, type Mode } from "./modes.js";
import type { Place } from "./paths/judge-path.js";
import { fits } from "./rules/fits.js";
import { namesTool } from "./rules/matches.js";
import { mayShow } from "./rules/may-read.js";
import { pooled, readRules, type KnownTools, type RuleSet } from "./rules/rule-set.js";
import { Laws, type TurnRules } from "./session-law.js";
import { viewsOf } from "./shell/command-views.js";

/** Judges calls by rules, modes and paths, and answers for them to fronts. */
export class Gate implements Permissions {
  readonly #ctx: PluginContext;
  readonly #laws = new Laws();
  readonly #home: string;
  readonly #own: string;
  readonly #machine: Machine;
  readonly #greeted = new WeakSet<Session>();
  readonly #said = new WeakMap<Session, Set<string>>();
  #initial: Mode | undefined;
  #watching = false;
  #settled: { readonly layers: number; readonly rules: RuleSet } | undefined;

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.#home = ctx.kernel.env["HOME"] || homedir();
    this.#own = realOr(ctx.kernel.home);
    this.#machine = { env: ctx.kernel.env, root: process.getuid?.() === 0 };
  }

  mode(session: Session): string {
    return this.#modeOf(session).name;
  }

  setMode(session: Session, name: string): void {
    const mode = modeNamed(name);
    const { settings, clock } = this.#ctx.kernel;
    requireAllowed(mode, settings, this.#machine);
    if (mode.name === BYPASS && !mayBypass(settings)) {
      throw new UserError(
        `The mode "${BYPASS}" can be switched on only in a run that was started with --allow-dangerously-skip-permissions.`,
      );
    }
    this.#laws.of(session).mode = mode;
    session.emit({ type: "change", at: clock.now(), mode: mode.name });
  }

  async apply(session: Session, updates: readonly PermissionUpdate[]): Promise<void> {
    for (const update of updates) {
      this.#change(session, update);
      if (update.destination === "session") continue;
      this.#say(
        session,
        `The change of permissions holds for this session only; it was not written to ${update.destination}.`,
      );
    }
  }

  forTurn(session: Session, rules: TurnRules, origin: string): void {
    this.#watchTurns();
    for (const problem of this.#laws.of(session).forTurn(rules, origin, this.#tools())) {
      this.#say(session, `${origin}: ${problem}.`);
    }
  }

  /** The PreToolUse tap. */
  async judge(pending: PendingCall, session: Session): Promise<PendingCall> {
    this.#greet(session);
    const facts = await callFacts(pending, this.#placeOf(session));
    const law = this.#lawOf(session);
    const allowed = pending.decision?.behavior === "allow";
    const own = allowed && pending.decision?.by === this.#ctx.plugin.name;
    const { decision, ...question } = decide(facts, law, allowed && !own);
    return { ...pending, ...question, ...settled(decision, own, question.doubt) };
  }

  /** Whether a search may show a file it came across, by its real path. */
  mayRead(session: Session, path: string): boolean {
    return mayShow(path, this.#lawOf(session));
  }

  async matches(session: Session, rule: string, call: ToolCall): Promise<boolean> {
    const tool = this.#ctx.all("tool").find(({ name }) => name === call.name);
    if (!tool) return false;
    const pending: PendingCall = { call, tool, effect: tool.effect, again: false };
    const { cwd, root } = session;
    const anchors = { cwd, root, home: this.#home };
    return fits(rule, await callFacts(pending, this.#placeOf(session)), anchors, this.#tools());
  }

  async readShell(line: string): Promise<ShellReading> {
    const { views, unclear } = viewsOf(line);
    const commands = views.map(({ words }) => ({
      words: words.map(({ text, dynamic }) => (dynamic ? undefined : text)),
      text: words.map(({ text }) => text).join(" "),
    }));
    return { commands, ...(unclear !== undefined && { unclear }) };
  }

  /** The PreModel tap: tools that are denied as a whole are not offered. */
  withoutDenied(request: ModelRequest, session: Session): ModelRequest | undefined {
    this.#greet(session);
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
    return (
      this.#laws.of(session).mode ??
      (this.#initial ??= chosenMode(this.#ctx.kernel.settings, this.#machine, (text) => this.#say(session, text)))
    );
  }

  #rulesOf(session: Session): RuleSet {
    const { settings } = this.#ctx.kernel;
    if (this.#settled?.layers !== settings.layers.length) {
      const { rules, problems } = readRules(settings, this.#tools());
      this.#settled = { layers: settings.layers.length, rules };
      for (const problem of problems) this.#say(session, problem);
    }
    return pooled(this.#settled.rules, this.#laws.of(session).rules);
  }

  #tools(): KnownTools {
    const tools = this.#ctx.all("tool");
    const find = (name: string): (typeof tools)[number] | undefined =>
      tools.find((tool) => tool.name === name || tool.aliases?.includes(name));
    return {
      canonical: (name) => find(name)?.name ?? name,
      fields: (name) => Object.keys((find(name)?.inputSchema["properties"] as object | undefined) ?? {}),
      isKnown: (name) => find(name) !== undefined,
    };
  }

  #placeOf(session: Session): Place {
    const law = this.#laws.of(session);
    const folders = session.folders.filter((dir) => !law.excludes(dir));
    // What its own commands wrote may be read; that it lies in nacre's own folder still keeps it from being written.
    for (const home of new Set([this.#ctx.kernel.home, this.#own])) folders.push(join(home, "tmp", session.id));
    return { cwd: session.cwd, home: this.#home, folders, own: this.#own };
  }

  #lawOf(session: Session): Law {
    const { cwd, root } = session;
    return { mode: this.#modeOf(session), rules: this.#rulesOf(session), anchors: { cwd, root, home: this.#home } };
  }

  #change(session: Session, update: PermissionUpdate): void {
    const law = this.#laws.of(session);
    switch (update.type) {
      case "setMode":
        return this.setMode(session, update.mode);
      case "addDirectories":
        for (const dir of update.directories) law.removed.delete(this.#add(session, dir, session.cwd));
        return;
      case "removeDirectories":
        for (const dir of update.directories) {
          const real = realFolder(this.#absolute(dir, session.cwd));
          if (real !== session.root) law.removed.add(real);
        }
        return;
      default:
        for (const rule of law.change(update, this.#tools())) {
          this.#say(
            session,
            `The ${update.behavior} rule ${rule} was not removed: it does not belong to this session.`,
          );
        }
    }
  }

  /** Folders that settings add belong to the workspace from the first call on. */
  #greet(session: Session): void {
    if (this.#greeted.has(session)) return;
    this.#greeted.add(session);
    for (const { value, source, held } of this.#ctx.kernel.settings.origins("permissions.additionalDirectories")) {
      if (held !== undefined || !Array.isArray(value)) continue;
      const base = isAbsolute(source) ? dirname(source).replace(/\/\.(?:nacre|claude)$/, "") : session.root;
      for (const dir of value as readonly unknown[]) {
        try {
          this.#add(session, String(dir), base);
        } catch (error) {
          this.#say(
            session,
            `${source}: the folder ${String(dir)} of permissions.additionalDirectories does not count: ${messageOf(error)}.`,
          );
        }
      }
    }
  }

  #add(session: Session, dir: string, base: string): string {
    const real = realFolder(this.#absolute(dir, base));
    session.addFolder(real);
    return real;
  }

  #absolute(dir: string, base: string): string {
    return dir === "~" || dir.startsWith("~/") ? this.#home + dir.slice(1) : resolve(base, dir);
  }

  /** Tells the person, each thing once a session. */
  #say(session: Session, text: string): void {
    let said = this.#said.get(session);
    if (!said) this.#said.set(session, (said = new Set()));
    if (said.has(text)) return;
    said.add(text);
    const { plugin, kernel } = this.#ctx;
    session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text, plugin: plugin.name });
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

function realOr(dir: string): string {
  try {
    return realpathSync.native(dir);
  } catch {
    return dir;
  }
}

function realFolder(dir: string): string {
  try {
    return realpathSync.native(dir);
  } catch {
    throw new UserError(`the folder ${dir} does not exist or cannot be entered`);
  }
}
