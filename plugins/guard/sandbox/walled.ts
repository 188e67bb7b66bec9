import { resolve } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import type { PendingCall, ToolCall } from "../../../schemas/decision.js";
import { UserError } from "../../../schemas/errors.js";
import type {
  Enclosed,
  EnclosedProgram,
  Permissions,
  SandboxedCall,
  SandboxedProgram,
  SandboxState,
} from "../../../schemas/guards.js";
import type { Session } from "../../../schemas/session.js";
import { Answers } from "./answers.js";
import type { AnyBox } from "./box-for.js";
import { excludedBy } from "./excluded.js";
import { PARTIAL } from "./linux/box.js";
import { readSettings } from "./policy/settings.js";
import { SettledWalls, type Settled } from "./settled-walls.js";

/** Modes in which what the walls hold needs no question. */
const EASED: ReadonlySet<string> = new Set(["default", "acceptEdits", "dontAsk", "bypassPermissions"]);

/** In this one what would be asked is a no. */
const QUIET = "dontAsk";

/** Where a command runs: inside, or outside and why. */
type Where = { readonly inside: true } | { readonly inside: false; readonly why: string; readonly byPattern: boolean };

/** What a command is put behind. */
interface Inside extends Settled {
  readonly box: AnyBox;
  readonly permissions: Permissions | undefined;
  readonly relying: boolean;
}

/** The sandbox of all sessions. */
export class Walled {
  readonly #ctx: PluginContext;
  readonly #settled: SettledWalls;
  /** Calls that were let pass because of the walls. */
  readonly #counted = new Set<string>();
  readonly #said = new WeakMap<Session, Set<string>>();

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    this.#settled = new SettledWalls(ctx, (session, text) => this.#say(session, text));
  }

  async state(session: Session): Promise<SandboxState> {
    return stateOf(await this.#settled.of(session));
  }

  async check(): Promise<SandboxState> {
    return stateOf(await this.#settled.here("check"));
  }

  /** The walls for the folder nacre was started in, for reports. */
  here(options: { readonly evenIfOff?: boolean } = {}): Promise<Settled> {
    return this.#settled.here(`try-${process.pid}`, options.evenIfOff);
  }

  /** The PreToolUse tap before the gate: what runs behind walls needs no question. */
  async judge(pending: PendingCall, session: Session): Promise<PendingCall | undefined> {
    const { call } = pending;
    if (call.name !== "Bash") return undefined;
    const { contained: _, ...open } = pending;
    this.#counted.delete(call.id);
    const settled = await this.#settled.of(session);
    const permissions = await this.#permissions();
    const mode = permissions?.mode(session) ?? "default";
    if (!settled.box) return this.#withoutWalls(open, session, settled, mode);
    const where = await this.#where(call.input, settled, permissions);
    if (!where.inside) {
      if (where.byPattern) return open;
      if (mode !== QUIET) return { ...open, decision: { behavior: "ask", reason: `${where.why}.` } };
      return { ...open, decision: { behavior: "deny", reason: `${where.why}. In the mode "${mode}" that is a no.` } };
    }
    if (!settled.settings.autoAllow || !EASED.has(mode)) return open;
    if (settled.box.isPartial) {
      this.#say(session, PARTIAL);
      return open;
    }
    this.#counted.add(call.id);
    const reason = "It runs in the sandbox, which holds what it can do.";
    return { ...open, contained: true, decision: { behavior: "allow", reason } };
  }

  /** The PreToolUse tap after the gate: whoever is asked learns that there are no walls around this one. */
  async explain(pending: PendingCall, session: Session): Promise<PendingCall | undefined> {
    if (pending.call.name !== "Bash" || pending.doubt === undefined || pending.decision) return undefined;
    const settled = await this.#settled.of(session);
    if (!settled.box) return undefined;
    const where = await this.#where(pending.call.input, settled, await this.#permissions());
    return where.inside ? undefined : { ...pending, doubt: `${pending.doubt} ${where.why}.` };
  }

  #withoutWalls(pending: PendingCall, session: Session, { settings, problem }: Settled, mode: string): PendingCall {
    if (settings.enabled !== true) return pending;
    const sentence = `The sandbox is on, but does not work here: ${problem}`;
    if (settings.failIfUnavailable) return { ...pending, decision: { behavior: "deny", reason: sentence } };
    this.#say(session, `${sentence} Commands run without it, and are asked about as usual.`);
    // Whoever asks for no questions and a sandbox has counted on the sandbox.
    return mode === "bypassPermissions" ? { ...pending, decision: { behavior: "ask", reason: sentence } } : pending;
  }

  async #where(input: ToolCall["input"], { settings }: Settled, permissions: Permissions | undefined): Promise<Where> {
    const command = String(input["command"] ?? "");
    const pattern = await excludedBy(command, settings.excluded, permissions);
    if (pattern !== undefined) {
      return {
        inside: false,
        byPattern: true,
        why: `It runs without the sandbox (sandbox.excludedCommands: ${pattern})`,
      };
    }
    if (input["dangerouslyDisableSandbox"] !== true || !settings.allowUnsandboxed) return { inside: true };
    const reason = String(input["description"] ?? "no reason was given")
      .replaceAll(/\s+/g, " ")
      .slice(0, 300);
    return { inside: false, byPattern: false, why: `It is to run without the sandbox: ${reason}` };
  }

  /** The program behind the walls, for the tool that runs it. */
  async wrap(session: Session, call: SandboxedCall): Promise<SandboxedProgram> {
    const settled = await this.#settled.of(session);
    const counted = this.#counted.delete(call.callId);
    const { box, settings } = settled;
    if (!box) {
      const needed = counted || (settings.enabled === true && settings.failIfUnavailable);
      if (needed) throw new UserError(`The command was not run, because the sandbox does not work: ${settled.problem}`);
      return plain(call);
    }
    const permissions = await this.#permissions();
    const input = { command: call.command, dangerouslyDisableSandbox: call.outside };
    const where = await this.#where(input, settled, permissions);
    if (where.inside) return this.#inside(session, call, { ...settled, box, permissions, relying: counted });
    if (counted)
      throw new UserError("The command was not run: it was let pass for the sandbox, and would run without.");
    return this.#outside(session, call);
  }

  #outside(session: Session, call: SandboxedCall): SandboxedProgram {
    const done = [...this.#settled.boxes].map((one) => one.aside());
    return { ...plain(call), finished: async () => this.#told(session, unique(done.flatMap((end) => end())), false) };
  }

  async #inside(session: Session, call: SandboxedCall, walls: Inside): Promise<SandboxedProgram> {
    const { file, args, command, env, callId } = call;
    const { box, policy, settings, answers, permissions, relying } = walls;
    const isQuiet = permissions?.mode(session) === QUIET;
    const hosts = isQuiet ? { ...policy.hosts, strict: true } : policy.hosts;
    const asking = { session, callId, command, permissions };
    const reach = Answers.mayReach(hosts, session) && { judge: answers.judge(hosts, asking) };
    const program = await box.wrap({ file, args, command, env, cwd: session.cwd, relying, ...reach });
    const mayLeave = settings.allowUnsandboxed && !isQuiet;
    return { ...program, finished: async (exit) => this.#told(session, await program.finished(exit), mayLeave) };
  }

  /** For a program that is no command of a session. */
  async enclose(program: EnclosedProgram): Promise<Enclosed | undefined> {
    if (process.platform !== "linux") return undefined;
    const { settings, env } = this.#ctx.kernel;
    const { enclosed } = await import("./linux/enclosure.js");
    const { bwrap } = readSettings(settings, this.#settled.root);
    return enclosed(program, { bwrap, env });
  }

  #told(session: Session, lines: readonly string[], mayLeave: boolean): readonly string[] {
    if (lines.length === 0) return lines;
    const { plugin, kernel } = this.#ctx;
    const common = { type: "notice", at: kernel.clock.now(), level: "warning", plugin: plugin.name } as const;
    session.emit({ ...common, code: "sandbox.escape_attempt", text: lines.join("\n") });
    const way = "If the task needs this, say why in description and retry with dangerouslyDisableSandbox: true.";
    return mayLeave ? [...lines, way] : lines;
  }

  /** The PostToolUse tap: what another tool made with the person's approval may stay. */
  made({ name, input }: ToolCall, { cwd }: Session): void {
    const path = input["file_path"] ?? input["notebook_path"];
    const writes = this.#ctx.all("tool").find((tool) => tool.name === name)?.effect === "write";
    if (!writes || typeof path !== "string") return;
    for (const box of this.#settled.boxes) box.accept([resolve(cwd, path)]);
  }

  close(session: Session): void {
    this.#settled.close(session);
  }

  dispose(): Promise<void> {
    return this.#settled.dispose();
  }

  #permissions(): Promise<Permissions | undefined> {
    return this.#ctx.kernel.service("permissions");
  }

  #say(session: Session, text: string): void {
    const said = this.#said.get(session) ?? new Set<string>();
    this.#said.set(session, said);
    if (said.has(text)) return;
    said.add(text);
    const { plugin, kernel } = this.#ctx;
    session.emit({ type: "notice", at: kernel.clock.now(), level: "warning", text, plugin: plugin.name });
  }
}

function stateOf({ problem, policy }: Settled): SandboxState {
  if (problem !== undefined) return { active: false, reason: problem };
  const folders = policy.writable.filter((path) => path !== policy.scratch).join(", ");
  return { active: true, reason: `Commands can write only ${folders} and their temporary folder.` };
}

function plain({ file, args, env }: SandboxedCall): SandboxedProgram {
  return { file, args, env, finished: async () => [] };
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)];
}
