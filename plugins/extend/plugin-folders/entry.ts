import { existsSync } from "node:fs";
import { relative, sep } from "node:path";
import type { Manifest } from "../../../schemas/manifest.js";
import type { Package, PartPlace } from "../../../schemas/parts.js";
import { takeStamp } from "../stamp.js";
import { textDigest } from "../text-digest.js";
import type { Entry, Folder, PackageLine, Watch } from "./folder.js";

/** What the index keeps of a folder that has been read. */
export function entryOf(folder: Folder, found: Package): { readonly entry: Entry; readonly line: PackageLine } {
  const { main, format, strict, usable, places, problems } = found;
  const may: string[] = [];
  const missing: Watch[] = [];
  for (const [kind, list] of Object.entries(places)) {
    if (list.filter((place) => isThere(place, folder, missing)).length > 0) may.push(kind);
  }
  const code = folder.root ? undefined : main;
  const wrong = usable ? undefined : (problems.find(({ severity }) => severity === "error") ?? problems[0]);
  const entry: Entry = {
    folder,
    plugin: factsOf(folder, found, code !== undefined),
    ...(code !== undefined && { main: code }),
    format,
    ...(strict && { strict }),
    may,
    counts: {},
    ...(!usable && { error: wrong?.message ?? `${folder.dir} is no plugin that can be used.` }),
  };
  const own: readonly Watch[] = folder.digest === undefined ? watchOf(folder, found, missing) : [];
  return { entry, line: { dir: folder.dir, watch: own, problems, places: signOf(found) } };
}

/** A plugin's folder tells by its own time what came and went in it; a home's changes all the time for other reasons. */
function watchOf(folder: Folder, { files }: Package, missing: readonly Watch[]): readonly Watch[] {
  const watched = folder.root ? files.filter((file) => file !== folder.dir) : [folder.dir, ...files];
  return [...[...new Set(watched)].map((file): Watch => [file, takeStamp(file)]), ...missing];
}

/** Whether there is something in a place. What is not there is watched where the folder's own time would not tell. */
function isThere({ path, value }: PartPlace, { dir, root }: Folder, watch: Watch[]): boolean {
  if (path === undefined) return value !== undefined;
  const found = existsSync(path);
  if (root || relative(dir, path).includes(sep)) watch.push([path, found ? "+" : ""]);
  return found;
}

type Facts = Entry["plugin"];

/** Only what is there: the kernel takes a plugin with none of it for a folder of data, which costs it nothing. */
function factsOf(folder: Folder, { name, manifest }: Package, hasCode: boolean): Facts {
  const { requires, after, provides, main: _main, ...rest } = manifest;
  const listed: Pick<Manifest, "requires" | "after" | "provides"> = {
    ...(requires && requires.length > 0 && { requires }),
    ...(after && after.length > 0 && { after }),
    ...(provides && (hasCode || Object.keys(provides).length > 0) && { provides }),
  };
  const id = folder.market === undefined ? {} : { id: `${name}@${folder.market}` };
  return { ...(folder.root ? pick(rest) : { ...rest, ...listed }), ...id, name };
}

/** Of a user's or project's own folder the manifest decides nothing but how it is shown. */
function pick({ version, description }: Partial<Manifest>): Partial<Facts> {
  return { ...(version !== undefined && { version }), ...(description !== undefined && { description }) };
}

function signOf({ name, format, strict, places, fields }: Package): string {
  return textDigest(JSON.stringify([name, format, strict, places, fields]));
}
