import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import type { PluginContext } from "../../../core/types.js";
import type { Session } from "../../../schemas/session.js";
import { clean } from "./clean.js";
import { namesIn } from "../../../schemas/names-in.js";
import { Ledger, type LedgerLimits } from "./ledger.js";
import { entriesOf } from "./store/entries.js";
import { journalIn, readJournal, readOwner } from "./store/journal.js";
import { allStores, projectStores, storeOf } from "./store/place.js";

const MB = 1024 * 1024;
/** Of what a session may keep, one command may take this share. */
const COMMAND_SHARE = 0.4;

/** What stands on disk of a session. */
export interface Stored {
  readonly id: string;
  readonly root: string;
  readonly changed: number;
}

/** The ledgers of this kernel, and those that others left on disk. */
export class Ledgers {
  readonly #ctx: PluginContext;
  readonly #limits: LedgerLimits;
  readonly #ledgers = new Map<string, Ledger>();

  constructor(ctx: PluginContext) {
    this.#ctx = ctx;
    const number = (key: string): number => ctx.settings[key] as number;
    const session = number("maxSessionMb") * MB;
    this.#limits = {
      file: number("maxFileMb") * MB,
      command: session * COMMAND_SHARE,
      entries: number("maxFiles"),
      session,
    };
  }

  /** False where nothing of a session is to be kept on disk. */
  get enabled(): boolean {
    return this.#ctx.settings["enabled"] !== false && this.#ctx.kernel.settings.get("transcript.persist") !== false;
  }

  of({ id, root }: Pick<Session, "id" | "root">): Ledger {
    const { home, env } = this.#ctx.kernel;
    let ledger = this.#ledgers.get(id);
    if (!ledger) this.#ledgers.set(id, (ledger = new Ledger({ home, root, session: id, env }, this.#limits)));
    return ledger;
  }

  known({ id }: Pick<Session, "id">): Ledger | undefined {
    return this.#ledgers.get(id);
  }

  /** That of a session which has changed something, now or earlier. */
  existing(session: Pick<Session, "id" | "root">): Ledger | undefined {
    const folder = storeOf(this.#ctx.kernel.home, session.root, session.id);
    return this.known(session) ?? (existsSync(journalIn(folder)) ? this.of(session) : undefined);
  }

  all(): Iterable<Ledger> {
    return this.#ledgers.values();
  }

  /** Sessions that changed files: of one folder, or of all; the newest first. */
  stored(root?: string): readonly Stored[] {
    const all = allStores(this.#ctx.kernel.home);
    const projects =
      root === undefined ? names(all).map((name) => join(all, name)) : [projectStores(this.#ctx.kernel.home, root)];
    const found = projects.flatMap((project) => names(project).map((name) => journalIn(join(project, name))));
    return found.flatMap(storedIn).sort((one, other) => other.changed - one.changed);
  }

  /** How many files each other session of a folder has changed for some prompts, and not taken back: those of a fork's parent. */
  shared({ id, root }: Pick<Session, "id" | "root">, prompts: ReadonlySet<string>): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const other of this.stored(root).filter((one) => one.id !== id)) {
      const entries = entriesOf(readJournal(journalIn(storeOf(this.#ctx.kernel.home, root, other.id))));
      const standing = entries.filter(({ before, undone }) => !undone && !before.undoes && prompts.has(before.prompt));
      const paths = new Set(standing.flatMap(({ after }) => after?.changes.map(({ path }) => path) ?? []));
      if (paths.size > 0) found.set(other.id, paths.size);
    }
    return found;
  }

  /** Removes what is not to be kept any more. */
  clean(): void {
    const { keepDays, maxTotalMb } = this.#ctx.settings;
    const all = allStores(this.#ctx.kernel.home);
    if (existsSync(all))
      void clean(all, { days: keepDays as number, bytes: (maxTotalMb as number) * MB }, this.#ctx.signal);
  }
}

function storedIn(journal: string): readonly Stored[] {
  const changed = lstatSync(journal, { throwIfNoEntry: false })?.mtimeMs;
  if (changed === undefined) return [];
  const line = readOwner(journal);
  return line ? [{ id: line.id, root: line.root, changed }] : [];
}

function names(folder: string): readonly string[] {
  return namesIn(folder).filter((name) => !name.startsWith("."));
}
