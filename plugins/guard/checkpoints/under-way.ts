import { basename, relative } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import type { ToolCall } from "../../../schemas/decision.js";
import { whyUnwritten } from "../../../schemas/errors.js";
import { isWithin } from "../../../schemas/is-within.js";
import { oneLine } from "../../../schemas/printable.js";
import { futureRealPath } from "../../../schemas/real-path.js";
import type { Session } from "../../../schemas/session.js";
import type { ToolContext } from "../../../schemas/tool.js";
import { userHome } from "../../../schemas/user-home.js";
import { namedPaths } from "./files/named-paths.js";
import type { Ledger, Open, Opening } from "./ledger.js";
import type { Ledgers } from "./ledgers.js";
import { mainOf } from "./main-of.js";

const TITLE = 80;
const NAMED = 5;

/** The changes that calls are about to make or are making: what was before is kept first, and what came of it after. */
export class UnderWay {
  readonly #ctx: PluginContext;
  readonly #ledgers: Ledgers;
  /** By session and call. */
  readonly #open = new Map<string, Open>();
  /** Changes of commands that go on in the background. */
  readonly #lasting = new Map<Ledger, Open[]>();
  /** What still has to be written down, by session. */
  readonly #closing = new Map<Ledger, Set<Promise<void>>>();
  readonly #said = new WeakMap<Session, Set<string>>();

  constructor(ctx: PluginContext, ledgers: Ledgers) {
    this.#ctx = ctx;
    this.#ledgers = ledgers;
  }

  /** What a call may change is on the disk as it was when this resolves; where that cannot be, it is said. */
  async begin(call: ToolCall, context: ToolContext): Promise<void> {
    await this.#keep(call, context).catch((error: unknown) => this.#fail(context.session, error));
  }

  /** Notes what a call has changed. */
  async end(call: ToolCall, session: Session): Promise<void> {
    const key = keyOf(call, session);
    const open = this.#open.get(key);
    this.#open.delete(key);
    if (open) await this.#finish(open, call, session);
  }

  /** Resolves when everything that was done is written down. Commands in the background count as done. */
  async settled(ledger: Ledger): Promise<void> {
    const lasting = this.#lasting.get(ledger) ?? [];
    this.#lasting.delete(ledger);
    for (const open of lasting) await ledger.finish(open).catch(() => {});
    await Promise.all(this.#closing.get(ledger) ?? []);
  }

  async #keep(call: ToolCall, context: ToolContext): Promise<void> {
    const { session } = context;
    const spec = this.#ctx.all("tool").find(({ name }) => name === call.name);
    if (!spec || spec.together) return; // What agents change is kept as their own calls.
    if (spec.effect === "exec" && (await this.#onlyReads(call, session))) return;
    const ledger = this.#ledgers.of(mainOf(session));
    await this.settled(ledger);
    const open = await ledger.begin(this.#opening(call, context, spec.effect));
    this.#open.set(keyOf(call, session), open);
    for (const [folder, why] of open.blind) {
      this.#say(session, `What commands change in ${folder} cannot be undone: ${why}.`);
    }
  }

  #opening(call: ToolCall, { session, places }: ToolContext, effect: string): Opening {
    const home = userHome(this.#ctx.kernel.env);
    const paths = effect === "exec" ? [] : namedPaths(call.input, { cwd: session.cwd, home, places });
    const folders = paths.length > 0 ? [] : foldersOf(session);
    const { command, args } = call.input;
    const said = typeof command === "string" ? command : Array.isArray(args) ? args.join(" ") : (paths[0] ?? "");
    const title = oneLine(paths.length > 0 ? basename(paths[0]!) : said, TITLE);
    return { prompt: mainOf(session).prompts.at(-1)?.id ?? "", tool: call.name, title, paths, folders };
  }

  async #onlyReads(call: ToolCall, session: Session): Promise<boolean> {
    const permissions = await this.#ctx.kernel.service("permissions");
    return (await permissions?.onlyReads(session, call)) ?? false;
  }

  async #finish(open: Open, call: ToolCall, session: Session): Promise<void> {
    const ledger = this.#ledgers.of(mainOf(session));
    if (call.input["run_in_background"] === true && open.line.snapshots) {
      const text = "A command in the background can be undone only as far as it is done when the next change begins.";
      this.#say(session, text);
      this.#lasting.set(ledger, [...(this.#lasting.get(ledger) ?? []), open]);
      return;
    }
    const done = this.#close(ledger, open, session);
    if (!open.line.snapshots) return done;
    // The model need not wait for a look at a whole folder; the next change does.
    const closing = this.#closing.get(ledger) ?? new Set();
    this.#closing.set(ledger, closing.add(done));
    void done.then(() => closing.delete(done));
  }

  async #close(ledger: Ledger, open: Open, session: Session): Promise<void> {
    try {
      const { lost = [], changes } = await ledger.finish(open);
      const unkept = changes.flatMap(({ path, after }) =>
        after.kind === "lost" ? [said(relative(session.cwd, path), after.why)] : [],
      );
      this.#sayLost(session, open.line.tool, [...lost, ...unkept]);
      this.#sayTrimmed(session, ledger.trim());
    } catch (error) {
      this.#fail(session, error);
    }
  }

  #sayLost(session: Session, tool: string, lost: readonly string[]): void {
    if (lost.length === 0) return;
    const more = lost.length > NAMED ? ` and ${lost.length - NAMED} more` : "";
    this.#say(session, `Changes of ${tool} that cannot be undone: ${lost.slice(0, NAMED).join(", ")}${more}.`);
  }

  #sayTrimmed(session: Session, trimmed: number): void {
    if (trimmed === 0) return;
    const what = trimmed === 1 ? "The oldest change" : `The ${trimmed} oldest changes`;
    const why = "copies were removed to make room (checkpoints.maxSessionMb)";
    this.#say(session, `${what} of this session cannot be undone any more: ${why}.`);
  }

  /** A change that cannot be kept is no reason to keep the work waiting; it is said, once. */
  #fail(session: Session, error: unknown): void {
    const why = whyUnwritten(error, { ENOENT: `${this.#ctx.kernel.home} cannot be written to` });
    this.#say(session, `Changes of files cannot be undone now: ${why}.`);
  }

  #say(session: Session, text: string): void {
    const main = mainOf(session);
    const said = this.#said.get(main) ?? new Set();
    this.#said.set(main, said);
    if (said.has(text)) return;
    said.add(text);
    main.emit({ type: "notice", at: this.#ctx.kernel.clock.now(), level: "warning", plugin: "checkpoints", text });
  }
}

function said(path: string, why: string): string {
  return `${oneLine(path, 300)} (${why})`;
}

function keyOf(call: ToolCall, session: Session): string {
  return `${session.id} ${call.id}`;
}

/** Where commands may change files, none inside of another. */
function foldersOf({ folders, cwd }: Session): readonly string[] {
  const all = [...new Set([...folders, futureRealPath(cwd)])];
  return all.filter((folder) => !all.some((other) => other !== folder && isWithin(other, folder)));
}
