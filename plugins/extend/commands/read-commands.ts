import { basename, dirname, relative, sep } from "node:path";
import { isObject, type JsonObject } from "../../../schemas/json.js";
import type { Diagnostic, Package, Part, PartPlace, PartsFound } from "../../../schemas/parts.js";
import { commandEntry, readCommandFile, readTomlCommand } from "../command-file.js";
import { inFile } from "../diagnostic.js";
import type { FileRead } from "../front-fields.js";
import { inside } from "../inside.js";
import { placeFiles } from "../place-files.js";
import { readWords } from "../unseen.js";

/** How deep folders below `commands` are looked into. */
const DEPTH = 16;

const isCommand = (name: string): boolean => /\.(?:md|toml)$/i.test(name);

/**
 * The commands of one plugin: each Markdown or TOML file of its places, at any depth. A command is named by its file,
 * folders joined by ":". A table of commands in a manifest names files or holds their text.
 */
export async function readCommands(places: readonly PartPlace[], from: Package): Promise<PartsFound> {
  const reading = new Reading(from);
  for (const place of places) {
    if (place.path !== undefined) await reading.place(place);
    if (isObject(place.value)) await reading.table(place.value, place.from ?? from.dir);
  }
  return reading;
}

/** A file as it is to be known, or as a table tells of it. */
interface Wanted {
  readonly name: string;
  readonly entry?: JsonObject;
  readonly isPlain?: boolean;
}

class Reading implements PartsFound {
  readonly parts: Part[] = [];
  readonly problems: Diagnostic[] = [];
  readonly files: string[] = [];
  readonly #from: Package;
  readonly #seen = new Set<string>();

  constructor(from: Package) {
    this.#from = from;
  }

  async place(place: PartPlace): Promise<void> {
    const found = placeFiles(place, this.#from, { depth: DEPTH, wants: isCommand });
    this.problems.push(...found.problems);
    this.files.push(...found.watched);
    const isPlain = found.isLinked === false;
    for (const file of found.files) await this.#file(file, { name: nameOf(place.path!, file), isPlain });
  }

  /** `{ "name": { "source": "./x.md" } }` or `{ "name": { "content": "text" } }`. */
  async table(table: JsonObject, from: string): Promise<void> {
    for (const [name, value] of Object.entries(table)) {
      const entry = commandEntry(value);
      const source = entry?.["source"];
      const { real } = typeof source === "string" ? inside(this.#from.dir, source) : {};
      if (!entry || (typeof source === "string" && real === undefined)) {
        const message = entry
          ? `The command "${name}" names ${JSON.stringify(source)}, which is no file of this plugin.`
          : `The command "${name}" needs either "source" or "content".`;
        this.problems.push({ severity: "error", code: "command-entry", message, file: from });
      } else if (real === undefined) {
        const read = await readCommandFile(String(entry["content"]), name, entry);
        this.#add(from, read, { content: String(entry["content"]) });
      } else await this.#file(real, { name, entry });
    }
  }

  async #file(file: string, { name, entry, isPlain }: Wanted): Promise<void> {
    if (this.#seen.has(file)) return;
    this.#seen.add(file);
    this.files.push(file);
    const text = readWords(file, isPlain);
    if (typeof text !== "string") this.problems.push(text);
    else if (/\.toml$/i.test(file)) this.#add(file, await readTomlCommand(text, name));
    else this.#add(file, await readCommandFile(text, name, entry));
  }

  #add(file: string, read: FileRead, more: JsonObject = {}): void {
    this.problems.push(...inFile(file, read.problems));
    if (!read.usable) return;
    const { description, described, matter } = read;
    const data = {
      ...read.data,
      ...more,
      description,
      ...(!described && { undescribed: true }),
      ...(matter.recovered && { recovered: true }),
    };
    this.parts.push({ kind: "command", name: read.name, file, data });
  }
}

function nameOf(place: string, file: string): string {
  const name = basename(file).replace(/\.(?:md|toml)$/i, "");
  const way = file === place ? "" : relative(place, dirname(file));
  return [...(way === "" ? [] : way.split(sep)), name].join(":");
}
