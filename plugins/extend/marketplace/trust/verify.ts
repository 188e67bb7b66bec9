import { existsSync } from "node:fs";
import { messageOf } from "../../../../schemas/errors.js";
import { readInstalled, type InstalledPlugin } from "../state/installed-file.js";
import { Kept } from "../state/kept.js";
import { readLock, type Lock } from "../state/lock-file.js";
import { readRecord, recordFile, type InstallRecord } from "../state/record-file.js";
import { writeRecord } from "../state/write-record.js";
import type { Paths } from "../paths.js";
import { contentHash, differences, isUntouched, listFolder } from "./file-list.js";

/** Milliseconds for which an answer holds. */
const HOLDS = 500;
const MOST_LINES = 20;

/** Tells whether installed folders are still what was approved. */
export class Verifier {
  readonly #paths: Paths;
  readonly #answers = new Map<string, { readonly at: number; readonly why: string | undefined }>();
  readonly #records = new Map<string, Kept<InstallRecord | undefined>>();
  readonly #installed: Kept<ReadonlyMap<string, InstalledPlugin>>;
  readonly #lock: Kept<Lock>;

  constructor(paths: Paths) {
    this.#paths = paths;
    this.#installed = new Kept(paths.installed, (file) => {
      return new Map(readInstalled(file).map((plugin) => [plugin.dir, plugin]));
    });
    this.#lock = new Kept(paths.lock, readLock);
  }

  /** Why the plugin in a folder must not act; undefined when it may, or when it was not installed. */
  verify(dir: string): string | undefined {
    const known = this.#answers.get(dir);
    if (known && performance.now() - known.at < HOLDS) return known.why;
    const why = this.#judge(dir);
    this.#answers.set(dir, { at: performance.now(), why });
    return why;
  }

  /** Forgets answers, after something was changed on purpose. */
  forget(): void {
    this.#answers.clear();
  }

  #recordOf(dir: string): InstallRecord | undefined {
    let kept = this.#records.get(dir);
    if (!kept) this.#records.set(dir, (kept = new Kept(recordFile(dir), () => readRecord(dir))));
    return kept.get();
  }

  #judge(dir: string): string | undefined {
    try {
      const plugin = this.#installed.get().get(dir);
      return plugin && this.#compare(plugin);
    } catch (error) {
      return `Whether ${dir} is what was installed cannot be told: ${messageOf(error)}`;
    }
  }

  #compare({ id, dir }: InstalledPlugin): string | undefined {
    const locked = this.#lock.get()[id];
    const again = `look at it, then approve it with nacre plugin trust ${id}, or install it anew.`;
    if (!locked) return `Plugin "${id}" does not start: nothing in ${this.#paths.lock} approves it; ${again}`;
    if (!existsSync(dir)) return `Plugin "${id}" does not start: its folder ${dir} is gone; install it anew.`;
    const record = this.#recordOf(dir);
    if (record?.hash === locked.hash && isUntouched(dir, record.list)) return undefined;
    const list = listFolder(dir);
    if (contentHash(list) === locked.hash) {
      writeRecord(dir, { fields: {}, ...record, hash: locked.hash, list });
      return undefined;
    }
    const lines = record?.hash === locked.hash ? differences(record.list.files, list.files) : [];
    const changed = `Plugin "${id}" does not start: its files are not those that were approved`;
    return lines.length === 0 ? `${changed}; ${again}` : `${changed}:${text(lines)}\nTo go on, ${again}`;
  }
}

function text(lines: readonly string[]): string {
  const more = lines.length > MOST_LINES ? [`and ${lines.length - MOST_LINES} more`] : [];
  return ["", ...lines.slice(0, MOST_LINES), ...more].join("\n  ");
}
