import type { PluginContext } from "../../../core/types.js";
import type { Restored } from "../../../schemas/guards.js";
import { oneLine } from "../../../schemas/printable.js";
import type { Session } from "../../../schemas/session.js";
import { look } from "./files/file-state.js";
import type { Ledger } from "./ledger.js";
import type { Ledgers } from "./ledgers.js";
import { hasChanges } from "./store/entries.js";
import { journalIn } from "./store/journal.js";

/** Files that are named. */
const NAMED = 50;

/** What the model has to hear of what was taken back. */
export class News {
  readonly #ctx: PluginContext;
  readonly #ledgers: Ledgers;
  readonly #kept = new Map<string, string>();
  /** Bytes of journals that were read. */
  readonly #read = new Map<string, number>();

  constructor(ctx: PluginContext, ledgers: Ledgers) {
    this.#ctx = ctx;
    this.#ledgers = ledgers;
  }

  /** What was put back is told from the journal; where the conversation went back too, there is nothing to tell. */
  putBack(session: Session, { id }: Restored, known = false): void {
    if (known && id !== undefined) this.#ledgers.of(session).told([id]);
  }

  /** The conversation went back and these files did not. */
  kept(session: Session, files: readonly string[]): void {
    if (files.length > 0) this.#kept.set(session.id, this.words("kept", files));
  }

  /** What the model of a session has not heard; it has when this was taken. */
  async take(session: Session): Promise<readonly string[]> {
    const kept = this.#kept.get(session.id);
    this.#kept.delete(session.id);
    const ledger = this.#ledgers.existing(session);
    const text = ledger && this.#hasGrown(ledger) ? await this.untold(ledger) : undefined;
    return [kept, text].filter((one) => one !== undefined);
  }

  /** One text for all that was put back and not told yet; it counts as told from here on. */
  async untold(ledger: Ledger): Promise<string | undefined> {
    const entries = (await ledger.entries()).filter((one) => one.before.undoes && hasChanges(one) && !one.told);
    const files = entries.flatMap(({ after }) => after!.changes.map(({ path }) => path));
    ledger.told(entries.map(({ before }) => before.id));
    this.#hasGrown(ledger);
    return files.length > 0 ? this.words("put-back", [...new Set(files)].sort()) : undefined;
  }

  words(name: "put-back" | "kept", files: readonly string[]): string {
    const text = this.#ctx.all("checkpointWords").find((one) => one.name === name)?.text ?? "{{files}}";
    const more = files.length > NAMED ? [`and ${files.length - NAMED} more`] : [];
    const list = [...files.slice(0, NAMED).map((path) => oneLine(path, 300)), ...more].map((line) => `- ${line}`);
    return text.replace("{{files}}", () => list.join("\n"));
  }

  #hasGrown({ folder }: Ledger): boolean {
    const size = look(journalIn(folder))?.size ?? 0;
    const grown = this.#read.get(folder) !== size;
    this.#read.set(folder, size);
    return grown;
  }
}
